import type { Run, RunState } from '../../studio/api/index.ts';

const TEXTS: Readonly<Record<RunState, string>> = {
  starting: 'reading scans',
  training: 'training',
  pausing: 'pausing',
  paused: 'paused',
  interrupted: 'interrupted',
  crashed: 'crashed',
  finishing: 'writing model and report',
  stopped: 'stopped',
  finished: 'finished',
};

/** Whether the machine works on it. */
export function isUnderWay({ state }: Run): boolean {
  return state === 'starting' || state === 'training' || state === 'pausing' || state === 'finishing';
}

export function RunBadge({ run }: { readonly run: Run }) {
  const { state } = run;
  const tone = isUnderWay(run) ? 'live' : state === 'finished' ? 'good' : state === 'crashed' ? 'bad' : 'warn';
  return <span class={`badge ${tone}`}>{run.kind === 'model' ? 'loaded model' : TEXTS[state]}</span>;
}

/** `0.812`, or a dash. */
export function diceText(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3);
}

/** `3 min 20 s`. */
export function durationText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `2026-03-01 09:05`, where the person is. @param iso a time as programs write it */
export function timeText(iso: string): string {
  const time = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
