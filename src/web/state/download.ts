/** Milliseconds for which the browser may need the bytes of a download. */
const KEEP = 60_000;

/** Gives a person a file; it goes where the browser puts downloads. */
export function saveFile(bytes: Uint8Array, name: string, type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP);
}
