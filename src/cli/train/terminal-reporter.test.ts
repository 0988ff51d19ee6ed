import { afterEach, expect, it, vi } from 'vitest';
import type { StepReport } from '../../train/trainer.ts';
import { TerminalReporter } from './terminal-reporter.ts';

const stream = process.stderr as { isTTY?: boolean; columns?: number };
const before = { isTTY: stream.isTTY, columns: stream.columns };
afterEach(() => {
  Object.assign(stream, before);
  vi.restoreAllMocks();
});

/** What a terminal of so many columns shows of a step; undefined for one that does not tell its width. */
function lineOf(columns: number | undefined): string {
  Object.assign(stream, { isTTY: true, columns });
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  new TerminalReporter().step(
    {
      step: 1234,
      totalSteps: 15000,
      phase: 'consistency',
      seconds: 0.5,
      secondsLeft: 4000,
      images: 24,
      scalars: { loss: 0.5, supervised: 0.25, consistency: 0.125, contrast: 1 },
    } as unknown as StepReport,
    10,
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what clears the line
  return String(spy.mock.calls[0]?.[0]).replace(/\r\u001b\[K/, '');
}

it.each([120, 80, 50, 40, 30, 20, 15])('a terminal of %i columns shows the time left, in one line', (columns) => {
  const line = lineOf(columns);
  expect(line.length).toBeLessThan(columns);
  expect(line).toContain('1:06:40 left');
});

it('one of 40 columns shows the step too', () => {
  expect(lineOf(40)).toBe('consistency 1234/15000  1:06:40 left');
});

it.each([undefined, 0])('one that says its width is %s counts as 80', (columns) => {
  expect(lineOf(columns)).toBe(lineOf(80));
  expect(lineOf(80)).toHaveLength(79);
});
