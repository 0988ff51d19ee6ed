import type { UNetOptions } from '../unet.ts';

/** A network that takes milliseconds: two levels of four and eight channels, for images of one. */
export const TINY_UNET: UNetOptions = {
  channels: 1,
  classes: 2,
  widths: [4, 8],
  stem: 'plain',
  normalisation: 'instance',
  upsampling: 'nearest',
  dropout: [],
};
