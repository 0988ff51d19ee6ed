import { createHash } from 'node:crypto';
import { type UidRole, uidOfUuid } from '../formats/index.ts';

/** A UID that is the same whenever it is made of the same: a UUID of version 8 (RFC 9562) from a SHA-256. */
export function derivedUid(seed: string, role: UidRole): string {
  const bytes = createHash('sha256').update(`patchcl ${role}\n${seed}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return uidOfUuid(bytes.toString('hex'));
}
