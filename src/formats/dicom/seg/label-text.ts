/** Characters that a text of DICOM of this kind (LO) may have. */
const MOST = 64;

/**
 * Names as texts of DICOM (LO), which are short, on one line and without the backslash that stands between several values.
 *
 * @returns names that are told apart as before
 * @example
 * labelTexts(['liver\\left', 'liver/left']) // ['liver/left', 'liver/left (2)']
 */
export function labelTexts(names: readonly string[]): string[] {
  const texts: string[] = [];
  for (const [index, name] of names.entries()) {
    const plain = plainText(name) || `class ${index}`;
    let text = shortened(plain, MOST);
    for (let n = 2; texts.includes(text); n++) text = `${shortened(plain, MOST - ` (${n})`.length)} (${n})`;
    texts.push(text);
  }
  return texts;
}

const plainText = (name: string) =>
  name
    .normalize('NFC')
    .replace(/\\/g, '/')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    // What is half a character cannot be written.
    .replace(/\p{Cs}/gu, '')
    .trim();

/** By whole characters. */
const shortened = (text: string, most: number) => [...text].slice(0, most).join('').trimEnd();
