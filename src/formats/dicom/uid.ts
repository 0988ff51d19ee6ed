/** A UUID as a DICOM UID (PS3.5 annex B.2): `2.25.` and the UUID as a decimal number. */
export function uidOfUuid(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`)}`;
}
