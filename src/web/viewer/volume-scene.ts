import { NVImage as Image, Niivue, type NVImage, SLICE_TYPE } from '@niivue/niivue';
import { classColour } from '../../report/colours.ts';

/** The scan and its labels in space, drawn by NiiVue. */
export class VolumeScene {
  readonly #viewer: Niivue;
  readonly #ready: Promise<unknown>;
  #scan: NVImage | undefined;
  #mask: NVImage | undefined;

  /** @param isOriented whether the scan says how it lies: else no side is named. @throws where the browser has no WebGL 2 */
  constructor(canvas: HTMLCanvasElement, isOriented: boolean) {
    this.#viewer = new Niivue({
      backColor: [0.02, 0.027, 0.04, 1],
      show3Dcrosshair: false,
      isOrientCube: isOriented,
      isOrientationTextVisible: isOriented,
      // As the page's own cuts: the patient's right at the left.
      isRadiologicalConvention: true,
      sagittalNoseLeft: true,
      crosshairWidth: 0.25,
      crosshairColor: [0.35, 0.77, 0.8, 0.8],
      dragAndDropEnabled: false,
      isResizeCanvas: true,
      logLevel: 'error',
      textHeight: 0.05,
    });
    this.#ready = this.#viewer.attachToCanvas(canvas, false);
  }

  /** Shows a scan. @param preview NIfTI of bytes */
  async show(preview: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#ready;
    for (const volume of [...this.#viewer.volumes]) this.#viewer.removeVolume(volume);
    this.#mask = undefined;
    this.#scan = await Image.loadFromUrl({ url: preview.slice().buffer, name: 'scan.nii', colormap: 'gray' });
    this.#viewer.addVolume(this.#scan);
    this.#viewer.setSliceType(SLICE_TYPE.RENDER);
    this.#viewer.setClipPlane([2, 0, 0]);
  }

  /** Lays labels over the scan. @param mask NIfTI on the voxels of the scan @param classes number of classes */
  async showMask(mask: Uint8Array<ArrayBuffer>, classes: number): Promise<void> {
    const volume = await Image.loadFromUrl({ url: mask.slice().buffer, name: 'mask.nii', opacity: 0.9 });
    volume.setColormapLabel(labelColours(classes));
    if (this.#mask !== undefined) this.#viewer.removeVolume(this.#mask);
    this.#mask = volume;
    this.#viewer.addVolume(volume);
    // The scan stays faint, so that what lies within shows.
    if (this.#scan !== undefined) this.#viewer.setOpacity(0, 0.35);
  }

  close(): void {
    this.#viewer.cleanup();
    this.#viewer.gl?.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function labelColours(classes: number) {
  const labels = Array.from({ length: classes }, (_, label) => label);
  const channel = (at: 0 | 1 | 2) => labels.map((label) => (label === 0 ? 0 : classColour(label)[at]));
  return {
    R: channel(0),
    G: channel(1),
    B: channel(2),
    A: labels.map((l) => (l === 0 ? 0 : 255)),
    I: labels,
    labels: labels.map(String),
  };
}
