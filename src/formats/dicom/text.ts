/** Defined terms of Specific Character Set (PS3.3 C.12.1.1.2) as the names that TextDecoder knows. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'ISO_IR 13': 'shift_jis',
  'ISO 2022 IR 13': 'shift_jis',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gb18030',
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Latin-1 as bytes are: used for values that are ASCII by definition, and where a file names no character set. */
export const PLAIN_TEXT = 'windows-1252';

/** The text encoding a Specific Character Set asks for; with several values (code extensions) the last one known. */
export function encodingOf(terms: readonly string[]): string {
  const known = terms.map((term) => ENCODINGS[term] ?? ENCODINGS[term.replace('ISO 2022 IR', 'ISO_IR')]);
  return known.findLast((name) => name !== undefined) ?? PLAIN_TEXT;
}

/** Text of a value, without the padding. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding).decode(bytes);
  // Spaces and zeros pad values to even length. A loop: a regular expression takes the square of their number.
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

const isPadding = (code: number) => code === 0 || code === 0x20;
