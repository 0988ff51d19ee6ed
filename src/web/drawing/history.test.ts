import { describe, expect, it } from 'vitest';
import { type Action, type History, NO_HISTORY, record, redo, undo } from './history.ts';

const action = (name: string, bytes = 4): Action => {
  const labels = new Uint8Array(bytes);
  return { name, edits: [{ slice: 0, before: { labels, state: 'unlabelled' }, after: { labels, state: 'drawn' } }] };
};
const names = ({ done, undone }: History) => [done.map(({ name }) => name), undone.map(({ name }) => name)];

describe('history', () => {
  it('undoes and does again in order', () => {
    const two = record(record(NO_HISTORY, action('a')), action('b'));
    const once = undo(two);
    expect(once?.action.name).toBe('b');
    const twice = undo(once?.history as History);
    expect(names(twice?.history as History)).toEqual([[], ['b', 'a']]);
    expect(undo(twice?.history as History)).toBeUndefined();
    const again = redo(twice?.history as History);
    expect(again?.action.name).toBe('a');
    expect(names(again?.history as History)).toEqual([['a'], ['b']]);
    expect(redo(two)).toBeUndefined();
  });

  it('forgets what was undone once something else is done', () => {
    const undone = undo(record(NO_HISTORY, action('a')))?.history as History;
    expect(names(record(undone, action('b')))).toEqual([['b'], []]);
  });

  it('passes over actions that changed nothing', () => {
    expect(names(record(NO_HISTORY, { name: 'a', edits: [] }))).toEqual([[], []]);
  });

  it('forgets its oldest actions when they take too much memory, never the last', () => {
    let history = NO_HISTORY;
    for (const name of ['a', 'b', 'c']) history = record(history, action(name, 20 * 2 ** 20));
    expect(names(history)).toEqual([['c'], []]);
  });
});
