/** What file managers and archive programs leave behind, `._scan.nii.gz` among it. */
const CLUTTER = /^(\..*|thumbs\.db|desktop\.ini|__MACOSX)$/i;

export const isClutter = (name: string) => CLUTTER.test(name);
