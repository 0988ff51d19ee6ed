import { PatchclError } from '../core/errors.ts';
import { isLoopback } from '../server/door.ts';

/** How the API of MONAI Label is served beside the studio's own. */
export interface MonaiLabelOptions {
  /** Whether nobody is asked for the token: OHIF cannot send one. On the loopback alone. Default: false. */
  readonly open?: boolean;
  /** Pages that may use it, as `http://localhost:3000`. Default: none. */
  readonly origins?: readonly string[];
  /** Which slices of a label that comes are labelled: all of the scan (the default), or those that hold something. */
  readonly slices?: 'all' | 'drawn';
}

/** @param host address that is listened at. @throws PatchclError `bad-usage` for what would let anybody in */
export function checkMonaiOptions({ open = false, origins = [] }: MonaiLabelOptions, host: string): void {
  for (const origin of origins) checkOriginName(origin);
  if (!open || isLoopback(host)) return;
  const hint = 'Leave --host away, or let programs log in.';
  throw new PatchclError('bad-usage', 'without a token other machines would get in', { subject: '--monai-open', hint });
}

/** @throws PatchclError `bad-usage` for anything but scheme, name and port */
function checkOriginName(text: string): void {
  const isOrigin = /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
  if (isOrigin) return;
  const hint = 'Write it as http://localhost:3000, without a path.';
  throw new PatchclError('bad-usage', `"${text}" is no origin of a page`, { subject: '--monai-origin', hint });
}
