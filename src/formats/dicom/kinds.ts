import type { DataSet } from './data-set.ts';
import { TAG } from './tags.ts';

/** What DICOM objects without a scan are, by the ends of their SOP class UIDs behind 1.2.840.10008.5.1.4.1.1. */
const OBJECTS: readonly (readonly [prefix: string, what: string])[] = [
  ['481.2', 'a radiotherapy dose'],
  ['481.3', 'a set of radiotherapy contours'],
  ['481', 'a radiotherapy plan or record'],
  ['88', 'a report'],
  ['104', 'an encapsulated document'],
  ['11', 'a presentation state'],
  ['9', 'a waveform'],
  ['66.5', 'a segmentation by surfaces'],
  ['66', 'a registration or another result without pixels'],
  ['67', 'a mapping of values'],
  ['30', 'a parametric map'],
];
/** Pictures of any kind, such as screenshots and printed pages, but also scans that were converted. */
const SECONDARY_CAPTURE = '7';
/** CT, MR, PET, nuclear medicine: never in colour, but where a page was stored among them. */
const GREY_SCANS = ['2', '2.1', '4', '4.1', '20', '128', '130'];
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const RT_IMAGE = '481.1';

/** Image types of pages and overview pictures, with what they are. */
const PAGES: Readonly<Record<string, string>> = {
  LOCALIZER: 'an overview picture to plan scans on (localizer)',
  'SCREEN SAVE': 'a screenshot',
  SCREENSHOT: 'a screenshot',
  'CSA REPORT': 'a report page',
  'DOSE REPORT': 'a dose report page',
  DOSE_INFO: 'a dose report page',
  MOSAIC: 'a Siemens mosaic, which shows its slices side by side in one picture (dcm2niix takes them apart)',
};

const endOf = (sopClass: string | undefined) => (sopClass?.startsWith(STORAGE) ? sopClass.slice(STORAGE.length) : '');
const isOf = (end: string, prefix: string) => end === prefix || end.startsWith(`${prefix}.`);

/** What an object of this class is, if it is certainly no scan: `a report`. */
export function objectName(sopClass: string | undefined): string | undefined {
  const end = endOf(sopClass);
  if (end === RT_IMAGE) return undefined;
  return OBJECTS.find(([prefix]) => isOf(end, prefix))?.[1];
}

/** Whether a class is that of screenshots and converted pictures, which are scans only where there is nothing better. */
export function isSecondaryCapture(sopClass: string): boolean {
  return isOf(endOf(sopClass), SECONDARY_CAPTURE);
}

/** Whether an image shows several slices side by side, as Siemens stores functional series. */
export function isMosaic(dataSet: DataSet): boolean {
  return dataSet.texts(TAG.ImageType).includes('MOSAIC');
}

/** What a file with pixels is, if it is no slice of a scan; undefined for scans. */
export function noScan(dataSet: DataSet): string | undefined {
  const sopClass = dataSet.text(TAG.SOPClassUID);
  const object = objectName(sopClass);
  if (object !== undefined) return object;
  const page = dataSet.texts(TAG.ImageType).find((type) => PAGES[type.toUpperCase()] !== undefined);
  if (page !== undefined) return PAGES[page.toUpperCase()];
  const isColour = (dataSet.number(TAG.SamplesPerPixel) ?? 1) > 1;
  return isColour && GREY_SCANS.includes(endOf(sopClass)) ? 'a colour page among grey scans' : undefined;
}
