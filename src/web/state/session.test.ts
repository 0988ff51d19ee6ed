import { describe, expect, it } from 'vitest';
import type { Project, StudioCase, StudioClient, StudioEvent } from '../../studio/api/index.ts';
import { Session } from './session.ts';

const scan = (state: StudioCase['state']): StudioCase => ({
  id: 'a',
  patient: 'a',
  origin: 'data',
  state,
  notes: [],
  slices: [],
  revision: 0,
  versions: [],
  formats: [],
});

const project = (state: StudioCase['state']): Project => ({
  name: 'scans',
  data: 'scans',
  folder: 'scans-studio',
  layout: 'folders',
  classes: ['background', 'one'],
  cases: [scan(state)],
  palette: [],
  removed: [],
  leftOut: [],
  hasIgnored: false,
  heldOut: { patients: [], isChosen: false },
  problems: [],
});

/** A studio whose one scan is read while the page asks. @param projects are answered one after the other */
function studioOf(projects: (() => Promise<Project>)[]) {
  let tell: (event: StudioEvent) => void = () => undefined;
  const studio = {
    async ask(name: string) {
      if (name === 'project') return (projects.length > 1 ? projects.shift() : projects[0])?.();
      return name === 'runs' ? { runs: [] } : { looked: 0, of: 0, items: [] };
    },
    async listen(onEvent: (event: StudioEvent) => void) {
      tell = onEvent;
      onEvent({ type: 'hello', version: '1' });
    },
  };
  return { studio: studio as unknown as StudioClient, tell: (event: StudioEvent) => tell(event) };
}

const stateOf = (session: Session) => session.case('a')?.state;

describe('a session', () => {
  it('knows of what happened before its events came', async () => {
    const { studio } = studioOf([async () => project('unread'), async () => project('ready')]);
    const session = new Session(studio);
    await session.open();
    await expect.poll(() => stateOf(session)).toBe('ready');
    session.close();
  });

  it('keeps what it was told of while an older answer was under way', async () => {
    let answer: (project: Project) => void = () => undefined;
    const late = () =>
      new Promise<Project>((resolve) => {
        answer = resolve;
      });
    const { studio, tell } = studioOf([async () => project('unread'), late]);
    const session = new Session(studio);
    await session.open();
    tell({ type: 'case', case: scan('ready') });
    expect(stateOf(session)).toBe('ready');
    answer(project('unread'));
    await new Promise((wake) => setTimeout(wake, 20));
    expect(stateOf(session)).toBe('ready');
    session.close();
  });
});
