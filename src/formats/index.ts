export type { LabelOptions, ReadOptions } from './codec.ts';
export {
  type DicomIdentity,
  type DicomStack,
  dicomStacks,
  IDENTIFYING,
  type IdentityFacts,
  type IdentityKind,
  type ImageHeader,
  isSecondaryCapture,
  labelTexts,
  PREDICTION,
  readDicomHeader,
  readDicomIdentity,
  readIdentityFacts,
  readSegOn,
  readStack,
  type SegHeader,
  type UidRole,
  uidOfUuid,
  type WriteSegOptions,
  writeDicomSeg,
  writeFractionalSeg,
  writeStructureSet,
} from './dicom/index.ts';
export { HEADER_START, headerTexts } from './header-texts.ts';
export { normaliseBinaryLabels } from './labels.ts';
export { writeMetaImage } from './metaimage/write.ts';
export { NIFTI_START, niftiExtent } from './nifti/extent.ts';
export { niftiHead, type WriteNiftiOptions, writeNifti } from './nifti/nifti.ts';
export { nrrdSegmentNames } from './nrrd/nrrd.ts';
export { type WriteNrrdOptions, writeNrrd } from './nrrd/write.ts';
export { writeLabelPng, writeRgbPng, writeUnitPng } from './png/png.ts';
export { canRead, isVolumeFile, readLabels, readVolume } from './read-image.ts';
export { type FloatTensor, readSafetensors, writeSafetensors } from './safetensors.ts';
export { writeLabelTiff } from './tiff/write.ts';
