/** Zeros or anything else, in front of the letters DICM (PS3.10 section 7.1). */
const PREAMBLE = 128;

/** Whether the bytes begin like a DICOM file, with or without the preamble that the standard asks for. */
export function isDicom(bytes: Uint8Array): boolean {
  return firstElement(bytes) !== undefined;
}

/** Where the first element of a DICOM file stands, undefined when the bytes do not look like one. */
export function firstElement(bytes: Uint8Array): number | undefined {
  return hasPreamble(bytes) ? PREAMBLE + 4 : bareStart(bytes);
}

function hasPreamble(bytes: Uint8Array): boolean {
  return [0x44, 0x49, 0x43, 0x4d].every((letter, i) => bytes[PREAMBLE + i] === letter);
}

/** Where the first element stands in a file without preamble: at its start, or behind one byte of stray padding. */
function bareStart(bytes: Uint8Array): number | undefined {
  const isFirst = (at: number) => {
    const [a, b, c, d] = bytes.subarray(at, at + 4) as unknown as [number, number, number, number];
    // Group 2 or 8; the element numbers at the start of both are small.
    const isLittle = (a === 2 || a === 8) && b === 0 && d === 0 && c <= 0x20;
    const isBig = a === 0 && b === 8 && c === 0 && d <= 0x20;
    if (bytes.length < at + 8) return false;
    return (isLittle || isBig) && (isVr(bytes, at + 4) || (isLittle && hasShortLength(bytes, at + 4)));
  };
  return [0, 1].find(isFirst);
}

/** The first elements of a header are short texts. */
function hasShortLength(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 0 && bytes[at + 2] === 0 && bytes[at + 3] === 0;
}

/** Two capital letters, as every value representation has them. */
export function isVr(bytes: Uint8Array, at: number): boolean {
  return [bytes[at], bytes[at + 1]].every((letter) => letter !== undefined && letter >= 0x41 && letter <= 0x5a);
}
