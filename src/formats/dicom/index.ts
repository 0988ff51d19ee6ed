export type { ImageHeader } from './header.ts';
export { readDicom, readDicomLabels, readStack } from './read.ts';
export { type DicomHeader, readDicomHeader } from './read-header.ts';
export type { SegHeader, Segment } from './seg/header.ts';
export { readSegOn } from './seg/read-on.ts';
export { type WriteSegOptions, writeDicomSeg } from './seg/write.ts';
export { dicomStacks } from './series.ts';
export type { DicomStack } from './stack.ts';
export { uidOfUuid } from './uid.ts';
