import { PatchclError } from '../../core/errors.ts';

const SCAN_TITLES = /^(scan|case|image|file|filename|file_?name|name|path|id|case_?id|image_?id|scan_?id)$/i;
const PATIENT_TITLES = /^(patients?|subjects?|person|patient_?id|subject_?id|patient_?name|pid)$/i;

/**
 * Patients by scan from a CSV file: two columns, the scan (its case, file name, or path below the data set) and the patient, in this
 * order unless the first line names them; divided by commas, semicolons or tabs.
 *
 * @throws PatchclError `bad-file` naming the line
 */
export function parsePatientTable(text: string, path: string): ReadonlyMap<string, string> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const divider = ['\t', ';', ','].find((sign) => lines[0]?.includes(sign)) ?? ',';
  const rows = lines.map((line) => fieldsOf(line, divider));
  const titles = rows[0] ?? [];
  const patientAt = titles.findIndex((title) => PATIENT_TITLES.test(title));
  const scanAt = titles.findIndex((title, i) => i !== patientAt && SCAN_TITLES.test(title));
  const [scan, patient] = patientAt < 0 ? [0, 1] : [scanAt < 0 ? (patientAt === 0 ? 1 : 0) : scanAt, patientAt];
  const table = new Map<string, string>();
  for (const [i, row] of rows.entries()) {
    if ((i === 0 && patientAt >= 0) || row.every((field) => field === '')) continue;
    const [key, value] = [row[scan]?.normalize('NFC') ?? '', row[patient]?.normalize('NFC') ?? ''];
    if (key === '' || value === '') throw problem(path, `line ${i + 1} was expected to name a scan and its patient`);
    const other = table.get(key) ?? value;
    if (other !== value) throw problem(path, `line ${i + 1} gives ${key} to ${value}, an earlier line to ${other}`);
    table.set(key, value);
  }
  if (table.size === 0) throw problem(path, 'it has no lines with a scan and its patient');
  return table;
}

function problem(subject: string, what: string): PatchclError {
  return new PatchclError('bad-file', what, { subject, hint: 'Write one line for each scan, as scan,patient.' });
}

/** The fields of a line; in double quotes they may hold the divider, and a quote twice. */
function fieldsOf(line: string, divider: string): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] as string;
    if (sign === '"' && isQuoted && line[i + 1] === '"') field += line[++i];
    else if (sign === '"') isQuoted = !isQuoted;
    else if (sign === divider && !isQuoted) {
      fields.push(field.trim());
      field = '';
    } else field += sign;
  }
  return [...fields, field.trim()];
}
