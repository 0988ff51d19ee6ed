import { openRun } from '../../runs/open-run.ts';
import { hasFile, runPath } from '../../runs/run-folder.ts';
import type { StudioBackend } from '../backend.ts';
import { Refusal } from '../refusal.ts';
import { scanKinds } from '../scan-kinds.ts';
import { runDetail } from '../training/run-detail.ts';
import { describePlan, planTraining } from '../training/training-plan.ts';
import type { HandlersFor } from './handler-types.ts';
import { takeUpload } from './take-upload.ts';

/** A report is a page of its own, which may load and run nothing. */
const REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Trainings, and what they leave. */
export function runHandlers(
  studio: StudioBackend,
): HandlersFor<
  | 'runs'
  | 'plan'
  | 'chooseModel'
  | 'run'
  | 'train'
  | 'pause'
  | 'resume'
  | 'stop'
  | 'patches'
  | 'model'
  | 'report'
  | 'removeRun'
  | 'loadModel'
> {
  const { project, training, proposing, models, host } = studio;
  const { runs } = training;
  const listed = async () => {
    const proposes = await proposing.describe();
    return { ...(await runs.list()), ...(proposes && { proposes }) };
  };
  return {
    runs: listed,
    plan: async () => describePlan(planTraining(project)),
    chooseModel: async ({ body: { run } }) => {
      await proposing.choose(run);
      return listed();
    },
    run: async ({ run }) => runDetail(project.files, runs.folder(run), await runs.describe(run)),
    train: ({ body }) => training.start(body),
    pause: ({ run }) => training.pause(run),
    resume: ({ run }) => training.resume(run),
    stop: ({ run }) => training.stop(run),
    patches: async ({ run, batch }) => {
      runs.known(run);
      const given = { run, folder: runs.folder(run), data: runs.data(run), batch };
      return models.run('patches', given, { subject: run });
    },
    model: async ({ run }) => {
      runs.known(run);
      const content = await openRun(project.files, runs.folder(run)).model();
      return { content, type: 'application/octet-stream', name: `${run}.onnx` };
    },
    report: async ({ run }) => {
      runs.known(run);
      const folder = runs.folder(run);
      if (!(await hasFile(project.files, folder, 'report'))) {
        throw new Refusal(404, 'the run has no report yet', { subject: run });
      }
      const headers = { 'Content-Security-Policy': REPORT_POLICY };
      return { content: { file: runPath(folder, 'report') }, type: 'text/html; charset=utf-8', headers };
    },
    removeRun: async ({ run }) => {
      await runs.remove(run);
      host.emit({ type: 'runs' });
      await proposing.onRemoved();
      return listed();
    },
    loadModel: ({ name, body }) =>
      takeUpload(studio, body, async (file) => {
        const cases = await scanKinds(project, studio);
        return training.addModel(name, (target) =>
          models.run('adopt', { file, name, target, cases }, { subject: name }),
        );
      }),
  };
}
