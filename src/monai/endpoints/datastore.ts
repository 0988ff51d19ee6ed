import { isLabel } from '../../studio/api/index.ts';
import { describeCase, type ProjectCase } from '../../studio/project-case.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { MonaiContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { endingOfImage } from '../images.ts';
import { namedValues, segmentsOf } from '../segments.ts';
import { labelledOf } from './info.ts';

/** Lists scans and labels; without `output=all` says how many there are. */
export const datastore: Endpoint = async (context, { query }) => {
  const output = query.get('output') ?? 'stats';
  if (output === 'stats') return { json: labelledOf(context) };
  if (output !== 'all') {
    throw new Refusal(400, `there is no list ${output}`, { hint: 'Ask with output=all or output=stats.' });
  }
  const { project } = context.studio;
  const objects = Object.fromEntries(project.cases.map((entry) => [entry.item.id, objectOf(context, entry)]));
  const { name } = project.describe();
  return { json: { name, description: 'A patchcl studio', images_dir: '.', labels_dir: '.', objects } };
};

function objectOf(context: MonaiContext, entry: ProjectCase) {
  const { id, imagePath = '', patient } = entry.item;
  const ext = endingOfImage(imagePath);
  const label = { ext: '.nii.gz', info: labelInfo(context, entry) };
  const isLabelled = describeCase(entry).slices.some(isLabel);
  return {
    image: { ext, info: { name: `${id}${ext}`, PatientID: patient } },
    // The label of now by both names: 3D Slicer opens a scan with its original label.
    labels: isLabelled ? { final: label, original: label } : {},
  };
}

function labelInfo({ studio }: MonaiContext, { labels }: ProjectCase) {
  const names = namedValues(segmentsOf(studio.project.settings));
  const last = labels.versions.actions.at(-1);
  const by = last?.by;
  return {
    params: { label_names: names },
    ...(last && { ts: Math.floor(Date.parse(last.at) / 1000) }),
    ...(by !== undefined && { user: by }),
  };
}
