import { buildDataSet } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import type { DicomStack, StackSlice } from '../stack.ts';
import { TAG } from '../tags.ts';
import { code } from './code.ts';

/** What holds for all frames: orientation and pixel measures, where the scan has them. */
export function sharedGroups({ slices, geometry }: DicomStack): DataSet {
  const { orientation, spacing } = (slices[0] as StackSlice).frame;
  const [step] = geometry.spacing;
  return buildDataSet([
    [TAG.PlaneOrientationSequence, orientation && [buildDataSet([[TAG.ImageOrientationPatient, orientation.flat()]])]],
    [
      TAG.PixelMeasuresSequence,
      spacing && [
        buildDataSet([
          [TAG.SliceThickness, step],
          [TAG.SpacingBetweenSlices, step],
          [TAG.PixelSpacing, spacing],
        ]),
      ],
    ],
  ]);
}

/** What holds for the frame of a segment on slice `z`: where it lies and what it was drawn on. Frames of label maps show all segments. */
export function frameGroups({ slices }: DicomStack, segment: number | undefined, z: number): DataSet {
  const { image, frame } = slices[z] as StackSlice;
  const { position } = frame;
  return buildDataSet([
    [
      TAG.DerivationImageSequence,
      [derivation(image.sopClass, image.sopInstance, image.frames.length > 1 ? frame.index + 1 : undefined)],
    ],
    [
      TAG.FrameContentSequence,
      [
        buildDataSet([
          [
            TAG.DimensionIndexValues,
            [...(segment === undefined ? [] : [segment]), ...(position === undefined ? [] : [z + 1])],
          ],
        ]),
      ],
    ],
    [TAG.PlanePositionSequence, position && [buildDataSet([[TAG.ImagePositionPatient, position]])]],
    [
      TAG.SegmentIdentificationSequence,
      segment === undefined ? undefined : [buildDataSet([[TAG.ReferencedSegmentNumber, segment]])],
    ],
  ]);
}

function derivation(sopClass: string, sopInstance: string, frame: number | undefined): DataSet {
  const source = buildDataSet([
    [TAG.ReferencedSOPClassUID, sopClass],
    [TAG.ReferencedSOPInstanceUID, sopInstance],
    [TAG.ReferencedFrameNumber, frame],
    // Readers ask for it before they look frames up by their images.
    [TAG.SpatialLocationsPreserved, 'YES'],
    [TAG.PurposeOfReferenceCodeSequence, [code('121322', 'DCM', 'Source image for image processing operation')]],
  ]);
  return buildDataSet([
    [TAG.DerivationCodeSequence, [code('113076', 'DCM', 'Segmentation')]],
    [TAG.SourceImageSequence, [source]],
  ]);
}
