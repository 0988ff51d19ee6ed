/**
 * Training over MPI: throughput of ranks on this machine, steps between two hosts with limited wires beside the model's
 * prediction, and the model's table for more ranks. `npm run bench:mpi` (as root, for the network namespaces).
 *
 *   --part throughput | hosts | table   one of the three; the others keep their numbers of the last time
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { machineName } from '../machine.ts';
import { median } from '../times.ts';
import { acrossHosts, here, limitRate, makeHosts } from './launch.ts';
import { fitWire, stepTime, type Wire } from './model.ts';
import type { Measured, Work } from './worker.ts';

const RESULTS = new URL('../results/mpi.json', import.meta.url);
const METHODS = ['supervised', 'mean-teacher', 'patchcl'];
const RATES = [1000, 100] as const;
const WORK: Work = { method: 'patchcl', batch: 12, size: 96, threads: 1, steps: 12, messages: [] };
/** One rank and two take turns, so that a machine whose speed drifts is fair to both. */
const TURNS = 7;
const MESSAGES = [4, 16e3, 64e3, 256e3, 1e6, 4e6];

interface Throughput {
  readonly method: string;
  /** Images per second of each turn: one rank with two threads, and two ranks with one. */
  readonly oneRank: readonly number[];
  readonly twoRanks: readonly number[];
}

interface Host {
  readonly mbit: number;
  readonly wire: Wire;
  readonly measured: number;
  readonly predicted: number;
}

interface Results {
  readonly machine: string;
  readonly work: Work;
  readonly throughput?: readonly Throughput[];
  readonly hosts?: {
    /** ms of the whole batch on one rank with one thread, and of half of it on each of two. */
    readonly alone: number;
    readonly share: number;
    readonly messages: readonly number[];
    readonly rates: readonly Host[];
  };
}

const print = (text: string) => process.stdout.write(`${text}\n`);
/** Labelled and unlabelled images; a supervised step leaves the latter out, in both of what is compared. */
const imagesPerSecond = ({ step }: Measured) => (2 * WORK.batch * 1000) / step;

function throughput(method: string): Throughput {
  const work = { ...WORK, method };
  const [oneRank, twoRanks]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn++) {
    oneRank.push(imagesPerSecond(here(1, { ...work, threads: 2 })));
    twoRanks.push(imagesPerSecond(here(2, work)));
  }
  return { method, oneRank, twoRanks };
}

function hosts(): NonNullable<Results['hosts']> {
  const alone = here(1, WORK).step;
  const local = here(2, WORK);
  const remove = makeHosts();
  try {
    const rates = RATES.map((mbit): Host => {
      limitRate(mbit);
      // The wire by all-reduces of other lengths than those of the step, which it is to predict.
      const { step, allReduce } = acrossHosts({ ...WORK, messages: MESSAGES });
      const wire = fitWire(allReduce);
      return { mbit, wire, measured: step, predicted: stepTime(local.work, local.stepMessages, wire, 2) };
    });
    return { alone, share: local.work, messages: local.stepMessages, rates };
  } finally {
    remove();
  }
}

const { values } = parseArgs({ options: { part: { type: 'string' } } });
const parts = values.part === undefined ? ['throughput', 'hosts', 'table'] : [values.part];
let results: Results = {
  ...(existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}),
  machine: machineName(`${cpus().length} cores`),
  work: WORK,
};
const save = () => writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
if (parts.includes('throughput')) results = { ...results, throughput: METHODS.map(throughput) };
save();
if (parts.includes('hosts')) results = { ...results, hosts: hosts() };
save();

for (const { method, oneRank, twoRanks } of results.throughput ?? []) {
  const [one, two] = [median(oneRank), median(twoRanks)];
  print(
    `${method}: 1 rank, 2 threads: ${one.toFixed(1)} images/s; 2 ranks, 1 thread each: ${two.toFixed(1)}; ratio ${(two / one).toFixed(2)}`,
  );
}
if (results.hosts !== undefined) {
  const { alone, share, messages, rates } = results.hosts;
  print(
    `1 rank ${alone.toFixed(0)} ms a step; half the batch ${share.toFixed(0)} ms; messages ${messages.join(' + ')} bytes`,
  );
  for (const { mbit, wire, measured, predicted } of rates) {
    const efficiency = (step: number) => (alone / (2 * step)).toFixed(2);
    print(
      `${mbit} Mbit/s: latency ${wire.latency.toFixed(2)} ms, ${wire.perMegabyte.toFixed(1)} ms/MB; step ${measured.toFixed(0)} ms, predicted ${predicted.toFixed(0)} (${((predicted / measured - 1) * 100).toFixed(0)} %); efficiency ${efficiency(measured)}, predicted ${efficiency(predicted)}`,
    );
  }
  if (parts.includes('table')) table(results.hosts);
}

/** Each rank keeps its images (weak scaling), the whole batch of this bench or half of it, both measured. */
function table({ alone, share, messages, rates }: NonNullable<Results['hosts']>): void {
  const gigabit = rates.find(({ mbit }) => mbit === 1000)?.wire as Wire;
  const wires = [
    ...rates.map(({ mbit, wire }) => [`${mbit} Mbit/s`, wire] as const),
    ['10 Gbit/s (a tenth of 1 Gbit/s)', { latency: gigabit.latency, perMegabyte: gigabit.perMegabyte / 10 }] as const,
  ];
  const counts = [1, 2, 4, 16, 64, 256, 1024];
  const row = (cells: readonly (string | number)[]) => print(`| ${cells.join(' | ')} |`);
  row(['wire', 'images a rank', ...counts]);
  row(['---', '---', ...counts.map(() => '---')]);
  for (const [name, wire] of wires) {
    for (const [images, work] of [
      [WORK.batch, alone],
      [WORK.batch / 2, share],
    ] as const) {
      const times = counts.map((count) => stepTime(work, messages, wire, count));
      const cells = times.map((time) => `${time.toFixed(0)} (${((100 * work) / time).toFixed(0)} %)`);
      row([name, `${images} + ${images}`, ...cells]);
    }
  }
}
