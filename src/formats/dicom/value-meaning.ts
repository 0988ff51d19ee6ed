import type { NamedWindow, ValueMeaning } from '../../imaging/volume.ts';
import type { DataSet } from './data-set.ts';
import { TAG } from './tags.ts';

/**
 * What a frame says of its values after slope and intercept. A window reaches half its width to both sides of its centre, which
 * is `LINEAR_EXACT` of PS3.3 C.11.2.1.3.2; `LINEAR` differs from it by half a value.
 *
 * @param transformation where slope, intercept and their unit stand
 * @param look where the windows stand
 * @returns undefined when it says nothing
 */
export function valueMeaning(dataSet: DataSet, transformation: DataSet, look: DataSet): ValueMeaning | undefined {
  const isHounsfield = saysHounsfield(dataSet, transformation);
  // What is shown the other way round was turned when it was read, and its windows would not fit.
  const isTurned = dataSet.text(TAG.PhotometricInterpretation) === 'MONOCHROME1';
  const windows = isTurned ? [] : windowsOf(look);
  if (isHounsfield === undefined && windows.length === 0) return undefined;
  return { ...(isHounsfield !== undefined && { isHounsfield }), ...(windows.length > 0 && { windows }) };
}

/** Values of a CT are Hounsfield units unless it says otherwise, once its slope and intercept are stated. */
function saysHounsfield(dataSet: DataSet, transformation: DataSet): boolean | undefined {
  const modality = dataSet.text(TAG.Modality);
  if (modality === undefined) return undefined;
  const unit = transformation.text(TAG.RescaleType)?.trim().toUpperCase();
  const isStated = transformation.number(TAG.RescaleIntercept) !== undefined;
  return modality === 'CT' && isStated && (unit === undefined || unit === 'HU');
}

function windowsOf(look: DataSet): NamedWindow[] {
  const [centres, widths] = [look.numbers(TAG.WindowCenter), look.numbers(TAG.WindowWidth)];
  const names = look.texts(TAG.WindowCenterWidthExplanation);
  return centres.flatMap((centre, i) => {
    const width = widths[i] ?? Number.NaN;
    if (!(Number.isFinite(centre) && Number.isFinite(width) && width > 0)) return [];
    const name = names[i]?.trim() || (centres.length > 1 ? `of the file ${i + 1}` : 'of the file');
    return [{ name, low: centre - width / 2, high: centre + width / 2 }];
  });
}
