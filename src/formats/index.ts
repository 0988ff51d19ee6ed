export type { LabelOptions, ReadOptions } from './codec.ts';
export {
  type DicomStack,
  dicomStacks,
  type ImageHeader,
  isSecondaryCapture,
  labelTexts,
  readDicomHeader,
  readSegOn,
  readStack,
  type SegHeader,
  uidOfUuid,
  type WriteSegOptions,
  writeDicomSeg,
  writeFractionalSeg,
  writeStructureSet,
} from './dicom/index.ts';
export { normaliseBinaryLabels } from './labels.ts';
export { writeMetaImage } from './metaimage/write.ts';
export { NIFTI_START, niftiExtent } from './nifti/extent.ts';
export { niftiHead, type WriteNiftiOptions, writeNifti } from './nifti/nifti.ts';
export { type WriteNrrdOptions, writeNrrd } from './nrrd/write.ts';
export { writeLabelPng, writeRgbPng, writeUnitPng } from './png/png.ts';
export { canRead, isVolumeFile, readLabels, readVolume } from './read-image.ts';
export { type FloatTensor, readSafetensors, writeSafetensors } from './safetensors.ts';
export { writeLabelTiff } from './tiff/write.ts';
