import { PatchclError } from '../core/errors.ts';
import { numbersOf, type QidoItem, textsOf } from './json.ts';

/** An attribute that studies or series can be chosen by. */
export interface Filter {
  readonly level: 'study' | 'series';
  /** Eight hexadecimal digits, as QIDO-RS answers name it. */
  readonly tag: string;
  readonly kind: 'text' | 'date' | 'uid';
}

const study = (tag: string, kind: Filter['kind'] = 'text'): Filter => ({ level: 'study', tag, kind });
const series = (tag: string, kind: Filter['kind'] = 'text'): Filter => ({ level: 'series', tag, kind });

/**
 * What an archive can be asked for, by the names of DICOM. Those of studies are asked of the archive and looked at again here;
 * those of series are looked at here, since segmentations of a chosen series are wanted too.
 */
export const FILTERS: Readonly<Record<string, Filter>> = {
  PatientID: study('00100020'),
  StudyInstanceUID: study('0020000D', 'uid'),
  StudyDate: study('00080020', 'date'),
  StudyID: study('00200010'),
  StudyDescription: study('00081030'),
  AccessionNumber: study('00080050'),
  ModalitiesInStudy: study('00080061'),
  Modality: series('00080060'),
  SeriesInstanceUID: series('0020000E', 'uid'),
  SeriesDescription: series('0008103E'),
  SeriesNumber: series('00200011'),
};

const FILTER_NAMES = Object.keys(FILTERS).join(', ');

/** @throws PatchclError `bad-usage` for a filter that is not known, or a value that cannot be one; a value is not repeated */
export function refuseFilter(name: string, value: string): void {
  const filter = FILTERS[name];
  const details = (hint: string) => ({ subject: 'the address of the archive', hint });
  if (filter === undefined) {
    const shown = /^\w{1,40}$/.test(name) ? name : 'a filter of that name';
    const why = name === 'PatientName' ? ' Names of persons are not asked for: use PatientID.' : '';
    const problem = `${shown} is no filter that is known`;
    throw new PatchclError('bad-usage', problem, details(`Filters are ${FILTER_NAMES} and limit.${why}`));
  }
  const problem = (what: string) => `its ${name} is not ${what}`;
  if (value === '') throw new PatchclError('bad-usage', `its ${name} is empty`, details('Leave the filter out.'));
  if (filter.kind === 'date' && !/^(\d{8}(-(\d{8})?)?|-\d{8})$/.test(value)) {
    throw new PatchclError(
      'bad-usage',
      problem('a day or a range of days'),
      details('Write 20260131 or 20260101-20260131.'),
    );
  }
  if (filter.kind === 'uid' && !value.split(/[,\\]/).every(isUid)) {
    throw new PatchclError('bad-usage', problem('a UID'), details('Write digits and dots; several with commas.'));
  }
}

/** Digits and dots alone: nothing that could lead out of a folder (PS3.5 section 9.1). */
export const isUid = (text: string) => text.length <= 64 && /^\d+(\.\d+)*$/.test(text);

/**
 * Whether a study or series that an archive has answered is one that was asked for: archives pass over filters that they do not
 * know.
 */
export function isMeant(item: QidoItem, filters: ReadonlyMap<string, string>, level: Filter['level']): boolean {
  return [...filters].every(([name, wanted]) => {
    const filter = FILTERS[name] as Filter;
    if (filter.level !== level) return true;
    const values = name === 'SeriesNumber' ? numbersOf(item, filter.tag).map(String) : textsOf(item, filter.tag);
    return values.some((value) => matches(value, wanted, filter.kind));
  });
}

function matches(value: string, wanted: string, kind: Filter['kind']): boolean {
  if (kind === 'uid') return wanted.split(/[,\\]/).includes(value);
  if (kind === 'text') return wildcards(wanted).test(value.trim());
  const [from = '', to = from] = wanted.split('-');
  return value >= from && (to === '' || value <= to);
}

/** `*` and `?` (PS3.4 C.2.2.2.4); capitals count as small letters, as in most archives. */
function wildcards(wanted: string): RegExp {
  const pattern = wanted.trim().replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is');
}
