import type { ModelInfo } from '../../predict/model-file.ts';
import type { RunFacts } from '../../runs/facts.ts';
import { dateText } from '../../runs/report/report-input.ts';
import { duration } from '../terminal.ts';
import { modelCard } from './model-card.ts';

export interface InspectedRun {
  readonly facts: RunFacts;
  /** What training has taken up to its last checkpoint. */
  readonly elapsedSeconds: number;
  /** Of its model.onnx; undefined while there is none. */
  readonly model: ModelInfo | undefined;
}

/** What `inspect RUN` prints: how the run came to be, then the card of its model. */
export function runCard(path: string, { facts, elapsedSeconds, model }: InspectedRun): string {
  const { date, command, data, device, versions, counts } = facts;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const parts = Object.entries(counts).map(([name, { patients }]) => `${name} ${patients}`);
  return [
    `${path}: a training run`,
    `started:      ${date === undefined ? 'not recorded' : dateText(date)}`,
    `command:      ${command ?? 'not recorded'}`,
    `took:         ${duration(facts.duration ?? elapsedSeconds)}`,
    `data from:    ${data}`,
    `patients:     ${parts.join(', ')}`,
    `device:       ${device}`,
    `versions:     ${programs.join(', ')}`,
    '',
    model === undefined
      ? `There is no model yet. Go on with: patchcl train --resume --out ${path}`
      : modelCard(`${path}/model.onnx`, model),
  ].join('\n');
}
