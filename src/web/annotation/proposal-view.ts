import { signal } from '@preact/signals';
import type { Measures, Proposal } from '../../studio/api/index.ts';
import type { Session } from '../state/session.ts';
import { SliceStore, split } from '../viewer/slice-store.ts';

/** What a model proposes for the open case: asked for when it is wanted, loaded slice by slice. */
export class ProposalView {
  readonly info = signal<Proposal | undefined>(undefined);
  readonly isAsking = signal(false);
  readonly #session: Session;
  readonly #id: string;
  readonly #measures: Measures;
  readonly #onLoaded: () => void;
  #masks: SliceStore<Uint8Array> | undefined;
  #entropy: SliceStore<Uint8Array> | undefined;

  constructor(session: Session, id: string, measures: Measures, onLoaded: () => void) {
    this.#session = session;
    this.#id = id;
    this.#measures = measures;
    this.#onLoaded = onLoaded;
  }

  /** Asks for the proposal of a run, by default that of the model that proposes. @throws PatchclError where there is no model */
  async ask(run?: string): Promise<void> {
    this.isAsking.value = true;
    try {
      const info = await this.#session.proposal(this.#id, run);
      const known = this.info.peek();
      if (known?.run === info.run && known.step === info.step) return;
      this.close();
      this.info.value = info;
      this.#masks = this.#store('proposalMask', info);
      this.#entropy = this.#store('proposalEntropy', info);
      this.#onLoaded();
    } finally {
      this.isAsking.value = false;
    }
  }

  /** [height, width] class indices of a slice; undefined while they load. */
  mask(slice: number): Uint8Array | undefined {
    return this.#masks?.get(slice);
  }

  /** [height, width] entropy of a slice, 255 is the highest possible. */
  entropy(slice: number): Uint8Array | undefined {
    return this.#entropy?.get(slice);
  }

  /** Loads what is missing, around a slice first. */
  async loadAround(slice: number, isEntropyShown = false): Promise<void> {
    await this.#masks?.loadAround(slice);
    if (isEntropyShown) await this.#entropy?.loadAround(slice);
  }

  close(): void {
    this.#masks?.close();
    this.#entropy?.close();
  }

  #store(name: 'proposalMask' | 'proposalEntropy', { run, step }: Proposal): SliceStore<Uint8Array> {
    const [depth, height, width] = this.#measures.shape;
    const load = async (first: number, count: number) =>
      split(await this.#session.studio.ask(name, { case: this.#id, first, count, run, step }), count);
    return new SliceStore(depth, height * width, load, this.#onLoaded);
  }
}
