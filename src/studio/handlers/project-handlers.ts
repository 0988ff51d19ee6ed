import type { StudioBackend } from '../backend.ts';
import { packProject } from '../backup.ts';
import { classUse } from '../labels/class-use.ts';
import { uploadScan } from '../upload-scan.ts';
import type { HandlersFor } from './handler-types.ts';

/** The project as a whole: its classes, who judges models, and its list of scans. */
export function projectHandlers(
  studio: StudioBackend,
): HandlersFor<
  'project' | 'backup' | 'setClasses' | 'setPalette' | 'classUse' | 'setHeldOut' | 'uploadScan' | 'leaveOut' | 'putBack'
> {
  const { project, host } = studio;
  /** What has changed concerns the workers, and every page. */
  const changed = () => {
    studio.refreshWorkers();
    host.emit({ type: 'project' });
    return project.describe();
  };
  return {
    project: async () => project.describe(),
    setClasses: async ({ body: { classes } }) => {
      await project.setClasses(classes);
      return changed();
    },
    setPalette: async ({ body }) => {
      await project.setPalette(body);
      return changed();
    },
    classUse: async () => ({ classes: await classUse(project, studio.labels) }),
    setHeldOut: async ({ body: { patients, isChosen } }) => {
      await project.change({ validation: patients, isValidationChosen: isChosen });
      return changed();
    },
    backup: async ({ scans }) => {
      const { folder, settings } = project;
      const content = await packProject(project.files, { folder, data: settings.data }, scans === 'true');
      return { content, type: 'application/zip', name: `${project.describe().name}-backup.zip` };
    },
    uploadScan: (request) => uploadScan(studio, request),
    leaveOut: async ({ case: id }) => {
      await project.leaveOut(id, true);
      return changed();
    },
    putBack: async ({ case: id }) => {
      await project.leaveOut(id, false);
      await studio.ready(id).catch(() => undefined);
      return changed();
    },
  };
}
