import type { Files } from '../../core/files.ts';
import { type DicomStamp, dicomScan } from './dicom-scan.ts';
import { fileScan } from './file-scan.ts';
import type { Scan, ScanRecipe } from './scan.ts';

/** The scan of a recipe. @param stamp what DICOM SEG masks say about their making */
export function scanOf(files: Files, recipe: ScanRecipe, stamp: DicomStamp): Scan {
  return recipe.kind === 'files' ? fileScan(files, recipe.paths, recipe.id) : dicomScan(files, recipe.found, stamp);
}
