import { Rng } from '../../core/rng.ts';

/** Characters of the number and its sign at most. */
const NUMBER = 8;

/** Bytes of an id at most: file systems take 255, and an ending has to fit behind it. */
const MOST_BYTES = 180;

/**
 * An id that is safe as the name of a folder and in an address, made of a file's name as it is; a safe one stays what it is.
 * What is not safe becomes `_`, and a number behind it keeps names apart that become alike.
 *
 * @param fallback what an empty name becomes
 */
export function safeId(name: string, fallback = 'scan'): string {
  const safe = name
    .replace(/[/\\\p{Cc}\p{Cs}]/gu, '_')
    .replace(/^\.+/, '_')
    .trim();
  if (safe === name && bytesOf(safe) <= MOST_BYTES && safe !== '') return name;
  const number = new Rng('id', name).int(2 ** 31).toString(36);
  let short = safe === '' ? fallback : safe;
  while (bytesOf(short) > MOST_BYTES - NUMBER) short = [...short].slice(0, -8).join('');
  return `${short}~${number}`;
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;
