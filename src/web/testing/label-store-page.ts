import { LABEL_STORE_SCENARIOS } from '../../studio/labels/testing/label-store-scenarios.ts';
import { opfsFiles } from '../local/opfs-files.ts';

/** What the page offers to the test that opened it. */
export interface LabelStorePage {
  /** Runs a scenario in a folder of its own. @returns why it failed */
  run(name: string): Promise<string | undefined>;
}

const page: LabelStorePage = {
  async run(name) {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(crypto.randomUUID(), { create: true });
    try {
      await LABEL_STORE_SCENARIOS[name]?.(opfsFiles(folder));
      return undefined;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  },
};

Object.assign(globalThis, { labelStore: page });
