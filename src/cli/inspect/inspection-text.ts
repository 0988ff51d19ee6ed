import { PatchclError } from '../../core/errors.ts';
import { largestOf } from '../../core/lists.ts';
import type { GridFacts, ImageFacts } from '../../data/inspect/facts.ts';
import { type IdentityReport, identityLines } from '../../data/inspect/identity.ts';
import type { CaseFacts } from '../../data/inspect/inspect-case.ts';
import type { Inspection } from '../../data/inspect/inspect-dataset.ts';
import type { FileFacts } from '../../data/inspect/inspect-file.ts';
import { SUSPICIONS, type Suspicion, type SuspicionKind } from '../../data/inspect/suspicion.ts';
import type { DataPlan } from '../../data/plan/plan.ts';
import { textTable } from '../../report/table.ts';
import { planLines, rounded } from '../plan-lines.ts';

/** Suspicions of one kind that are listed; the others are in the JSON file. */
const LISTED = 5;

/** What training would choose, and what to know of its split. */
export interface ProposedPlan {
  readonly plan: DataPlan;
  readonly notes: readonly string[];
  /** Names of the classes that the plan counts. */
  readonly classes: readonly string[];
}

/** What `inspect` prints about a data set. */
export function inspectionText(
  inspection: Inspection,
  proposed: ProposedPlan | PatchclError,
  identity?: IdentityReport,
): string {
  const persons = identity === undefined ? [] : identityLines(identity);
  const { layout, root, counts, parts, patients, classes, suspicions, cases } = inspection;
  const labelled = `${counts.labelled} with masks (${counts.labelledPatients} patients)`;
  const own = Object.entries(parts ?? {}).map(([name, count]) => `${name} ${count}`);
  return [
    `${root}: layout ${layout}, ${counts.cases} cases of ${counts.patients} patients, ${labelled}`,
    ...(patients === undefined ? [] : [`patients: ${patients.rule}`]),
    ...(own.length === 0 ? [] : [`parts of its own: ${own.join(', ')} cases`]),
    ...(cases.length === 0 ? [] : ['', gridTable(cases), '', intensityTable(cases, inspection.channels)]),
    ...(classes.length === 0 ? [] : ['', classTable(classes)]),
    '',
    ...planText(proposed),
    '',
    ...suspicionLines(suspicions),
    ...(persons.length === 0 ? [] : ['', ...persons]),
  ].join('\n');
}

/** What `inspect` prints about one file. */
export function fileText({ path, grid, image, labels, notes = [] }: FileFacts): string {
  const values = labels?.flatMap((count, value) => (count === 0 ? [] : [`${value} (${count} voxels)`]));
  return [
    path,
    ...gridLines(grid),
    ...(image === undefined ? [] : intensityLines(image)),
    ...(values === undefined ? [] : [`as a mask:    values ${values.join(', ')}`]),
    ...notes.map((note) => `note:         ${note}`),
  ].join('\n');
}

function gridLines({ size, spacing, unit, orientation }: GridFacts): string[] {
  return [
    `size:         ${size.join(' x ')} (depth, height, width)`,
    `spacing:      ${spacing.map(rounded).join(' x ')} ${unit}`,
    `orientation:  ${orientation ?? 'not stated'}`,
  ];
}

function intensityLines({ intensities }: ImageFacts): string[] {
  return [
    `channels:     ${intensities.length}`,
    ...intensities.slice(0, LISTED).map(({ min, max, mean, whole, notFinite }, channel) => {
      const strange = notFinite === 0 ? '' : `, ${notFinite} not finite`;
      const kind = whole ? 'whole numbers' : 'fractions';
      return `intensities ${channel}: ${kind} from ${rounded(min)} to ${rounded(max)}, mean ${rounded(mean)}${strange}`;
    }),
    ...(intensities.length > LISTED ? [`... and ${intensities.length - LISTED} channels more`] : []),
  ];
}

function gridTable(cases: readonly CaseFacts[]): string {
  const images = cases.map(({ image }) => image);
  const unit = [...new Set(images.map((image) => image.unit))].join(' or ');
  const axes = ['depth', 'height', 'width'];
  const rows = axes.map((name, axis) => [
    name,
    range(images.map(({ size }) => size[axis] as number)),
    range(images.map(({ spacing }) => spacing[axis] as number)),
  ]);
  const orientations = tally(images.map(({ orientation }) => orientation ?? 'not stated'));
  const columns = [{ title: 'axis' }, { title: 'voxels' }, { title: `spacing (${unit})` }];
  return `${textTable({ columns, rows })}\norientation: ${orientations}`;
}

function intensityTable(cases: readonly CaseFacts[], names: readonly string[] | undefined): string {
  const channels = largestOf(cases.map(({ image }) => image.intensities.length));
  const rows = Array.from({ length: channels }, (_, channel) => {
    const all = cases.flatMap(({ image }) => image.intensities[channel] ?? []);
    const type = tally(all.map(({ whole }) => (whole ? 'whole' : 'fractions')));
    const columns = [all.map(({ min }) => min), all.map(({ median }) => median), all.map(({ max }) => max)];
    return [names?.[channel] ?? String(channel), ...columns.map(range), type];
  });
  const titles = ['channel', 'lowest', 'median', 'highest', 'numbers'];
  return textTable({ columns: titles.map((title) => ({ title })), rows });
}

function classTable(classes: Inspection['classes']): string {
  const rows = classes.map(({ name, share, masks }) => [name, `${(100 * share).toPrecision(3)} %`, String(masks)]);
  return textTable({ columns: [{ title: 'class' }, { title: 'of voxels' }, { title: 'masks' }], rows });
}

function planText(proposed: ProposedPlan | PatchclError): string[] {
  if (proposed instanceof PatchclError) return [`training is not possible: ${proposed.message}`];
  const { plan, notes, classes } = proposed;
  const cleaned = plan.singleParts.inScans.map((klass) => classes[klass] ?? String(klass));
  const lines = [...planLines({ ...plan, cleaned }), ...notes];
  return ['training would choose', ...lines.map((line) => `  ${line}`)];
}

function suspicionLines(suspicions: readonly Suspicion[]): string[] {
  if (suspicions.length === 0) return ['nothing suspicious'];
  const kinds = Object.keys(SUSPICIONS) as SuspicionKind[];
  return kinds.flatMap((kind) => {
    const found = suspicions.filter((suspicion) => suspicion.kind === kind);
    if (found.length === 0) return [];
    const more = found.length > LISTED ? [`  ... and ${found.length - LISTED} more`] : [];
    const listed = found.slice(0, LISTED).map(({ subject, problem }) => `  ${subject}: ${problem}`);
    return [`${SUSPICIONS[kind]}: ${found.length}`, ...listed, ...more];
  });
}

/** The smallest, middle and largest of some numbers, or the one they all are. */
function range(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, middle, high] = [0, sorted.length >> 1, sorted.length - 1].map((i) => rounded(sorted[i] ?? Number.NaN));
  return low === high ? `${low}` : `${low} to ${high} (median ${middle})`;
}

/** `RAS 198, LPS 2`, or the one value without a number. */
function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size === 1) return values[0] ?? '';
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value, count]) => `${value} ${count}`)
    .join(', ');
}
