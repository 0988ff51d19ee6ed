import { classColour, cssColour, type PatchRole, ROLE_COLOURS } from './colours.ts';
import { type Html, html, type Insert, pngUri } from './html.ts';
import type { ExamplePicture, PatchSection, ReportInput, TrainingFacts } from './input.ts';
import { formatNumber } from './table.ts';

/** A titled part of the page. */
export function section(title: string, ...content: readonly Insert[]): Html {
  const id = title.toLowerCase().replace(/[^a-z]+/g, '-');
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

/** The few numbers one looks for first. */
export function headline({ results, training }: ReportInput): Html {
  const overall = results?.classes.at(-1)?.metrics;
  const count = (name: RegExp) => training.parts.find((part) => name.test(part.name))?.patients;
  const items: readonly (readonly [string | undefined, string])[] = [
    [text(overall?.dice.mean, 3), `mean Dice, ${results?.part ?? ''}`],
    [text(overall?.hd95.mean, 1, ` ${results?.unit ?? ''}`), 'mean HD95'],
    [text(count(/^label/i), 0), 'labelled patients'],
    [text(count(/^unlabel/i), 0), 'unlabelled patients'],
    [text(training.minutes, training.minutes < 10 ? 1 : 0), 'minutes of training'],
  ];
  const shown = items.filter(([value]) => value !== undefined);
  return html`<ul class="headline">${shown.map(([value, name]) => html`<li><b>${value}</b><span>${name}</span></li>`)}</ul>`;
}

/** What was trained on what: facts and the split. */
export function trainingFacts(facts: TrainingFacts): Html {
  const entries: readonly (readonly [string, Insert])[] = [
    ['method', facts.method],
    ['preset', facts.preset],
    ['image size', `${facts.imageSize[0]} × ${facts.imageSize[1]} pixels`],
    ['seed', facts.seed],
    ['steps', facts.steps.toLocaleString('en')],
    ['training time', `${formatNumber(facts.minutes, 1)} minutes`],
    ['budget', facts.budget],
    ['device', facts.device],
    ...Object.entries(facts.more ?? {}),
    ...Object.entries(facts.versions).map(([name, version]) => [`${name} version`, version] as const),
  ];
  const parts = facts.parts.map(
    ({ name, patients, images }) =>
      html`<tr><th scope="row">${name}</th><td class="number">${patients}</td><td class="number">${images}</td></tr>`,
  );
  const list = entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<div class="columns"><dl>${list}</dl><div><table><caption><span>The split, by patient</span></caption>
<thead><tr><th scope="col">part</th><th scope="col" class="number">patients</th><th scope="col" class="number">images</th></tr></thead>
<tbody>${parts}</tbody></table></div></div>`;
}

/** Pictures of cases under one legend. */
export function examplePictures(
  examples: readonly ExamplePicture[],
  { classes, values }: Pick<ReportInput, 'classes' | 'values'>,
): Html {
  const names = { worst: 'worst', best: 'best', other: undefined };
  const figures = examples.map(({ kind, caption, dice, png }) => {
    const tag = names[kind];
    const score = dice === undefined ? '' : `Dice ${formatNumber(dice)}`;
    const alt = `${caption}: grey slice with the contours of prediction and reference. ${score}`;
    return html`<figure><figcaption>${tag && html`<span class="tag">${tag}</span>`}${caption} <span class="muted">${score}</span></figcaption>
<img src="${pngUri(png)}" alt="${alt}" loading="lazy"></figure>`;
  });
  const chips = classes
    .slice(1)
    .map(
      (name, index) =>
        html`<li><span class="chip" style="background:${cssColour(classColour(values?.[index + 1] ?? index + 1))}"></span>${name}</li>`,
    );
  return html`<ul class="legend">${chips}<li>${key('solid', '#fff')}prediction, in the class's colour</li>
<li>${key('dashed', '#fff')}reference, in a lighter tint</li></ul><div class="pictures">${figures}</div>`;
}

/** What the contrastive loss saw, with its legend. */
export function patchPictures({ pictures, entropyRange, note }: PatchSection): Html {
  const figures = pictures.map(
    ({ caption, png }) => html`<figure><figcaption>${caption}</figcaption>
<img src="${pngUri(png)}" alt="${caption}: left, the image with boxes around anchor, positive and negative patches; right, the entropy of each patch" loading="lazy"></figure>`,
  );
  const lines: readonly (readonly [PatchRole, string, string])[] = [
    ['anchor', 'solid', 'anchor'],
    ['positive', 'dashed', 'positive: nearest in entropy'],
    ['negative', 'dotted', 'negative: other classes'],
  ];
  const keys = lines.map(([role, style, name]) => html`<li>${key(style, cssColour(ROLE_COLOURS[role]))}${name}</li>`);
  const [low, high] = entropyRange.map((value) => formatNumber(value, 2)) as [string, string];
  return html`${note && html`<p class="muted">${note}</p>`}<ul class="legend">${keys}
<li>entropy ${low} <span class="scale" role="img" aria-label="colour scale from dark violet (low) to yellow (high)"></span> ${high}</li>
<li><span class="chip" style="background:#4a4a4e"></span>no candidate</li></ul><div class="wide">${figures}</div>`;
}

function key(style: string, colour: string): Html {
  return html`<span class="key" style="color:${colour}" aria-hidden="true"><i style="border-style:${style}"></i></span>`;
}

function text(value: number | null | undefined, digits: number, unit = ''): string | undefined {
  return value === null || value === undefined ? undefined : formatNumber(value, digits) + unit;
}
