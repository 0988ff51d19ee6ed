import { describe, expect, it } from 'vitest';
import { tinyData } from '../../train/testing/tiny-data.ts';
import type { Child } from '../host.ts';
import type { StudioFiles } from '../studio-files.ts';
import { StudioProject } from '../studio-project.ts';
import { memoryStudioFiles } from '../testing/memory-studio-files.ts';
import type { FromTrainer } from './messages.ts';
import { loadStoredRun, RUN_EXTRAS } from './stored-run.ts';
import { Training } from './training.ts';

/** Files in memory whose records take the longer to be written the earlier they come. @param most milliseconds */
function slowRecords(most: number): { files: StudioFiles; idle: () => Promise<void> } {
  const files = memoryStudioFiles(tinyData());
  let writing = 0;
  let delay = most;
  return {
    files: {
      ...files,
      async write(path, content) {
        if (!path.endsWith(RUN_EXTRAS.record)) return files.write(path, content);
        writing++;
        delay = Math.max(0, delay - 10);
        await pause(delay);
        await files.write(path, content);
        writing--;
      },
    },
    async idle() {
      do await pause(most);
      while (writing > 0);
    },
  };
}

/** A training process that says what it is told to say. */
function puppet() {
  let [tell, exit]: [(message: unknown) => void, (how: string) => void] = [() => undefined, () => undefined];
  const child: Child = {
    pid: 4711,
    send() {},
    onMessage: (take) => {
      tell = take;
    },
    onExit: (take) => {
      exit = take;
    },
    kill() {},
    complaint: () => '',
  };
  return { child, tell: (message: FromTrainer) => tell(message), exit: (how: string) => exit(how) };
}

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

describe('the record of a run', () => {
  it('is on disk as it was last, however fast it changes and however long a write takes', async () => {
    const { files, idle } = slowRecords(100);
    const project = await StudioProject.open(files, { data: 'data', folder: 'project' });
    const { child, tell, exit } = puppet();
    const training = await Training.open(project, {
      start: () => child,
      emit() {},
      log() {},
      onBest() {},
      onModel() {},
      finish: async () => undefined,
    });
    const { id } = await training.start({ steps: 10, method: 'supervised' });
    for (const [step, student] of [
      [5, 0.4],
      [10, 0.6],
    ] as const) {
      const dice = { student, teacher: null };
      tell({ type: 'validation', step, dice, network: 'student', isBest: true, seconds: 1 });
    }
    tell({ type: 'ended', outcome: 'finished' });
    exit('status 0');
    await idle();
    const shown = await training.runs.describe(id);
    expect(shown).toMatchObject({ state: 'finished', best: { dice: 0.6, step: 10, network: 'student' } });
    const stored = await loadStoredRun(files, training.runs.folder(id));
    expect(stored).toMatchObject({ state: 'finished', best: { dice: 0.6, step: 10, network: 'student' }, pid: 4711 });
  });
});
