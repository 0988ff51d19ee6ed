// Trains and tells how it goes. Ctrl-C stops with a checkpoint; run again, it goes on: train DATA RUN STEPS
import { existsSync } from 'node:fs';
import { evaluate, train } from 'patchcl';

const [data = 'scans', out = 'runs/a', steps = '4000'] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const isStarted = existsSync(`${out}/checkpoint.safetensors`);
const how = isStarted ? { resume: true } : { settings: { labelled: 3, budget: { steps: Number(steps) } } };
const run = train({ data, out, signal: stop.signal, ...how });

for await (const event of run) {
  if (event.type === 'step') console.log(`${event.step}/${event.totalSteps}: loss ${event.losses.loss?.toFixed(3)}`);
  if (event.type === 'validation') console.log(`validation Dice ${event.dice[event.network]?.toFixed(3)}`);
}
const { bestStep } = await run.result;
const { dice, hd95, results } = await evaluate(out, { part: 'test' });
console.log(`best at step ${bestStep}: test Dice ${dice?.toFixed(3)}, HD95 ${hd95?.toFixed(1)} ${results.unit}`);
