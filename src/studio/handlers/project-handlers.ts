import type { StudioBackend } from '../backend.ts';
import { uploadScan } from '../upload-scan.ts';
import type { HandlersFor } from './handler-types.ts';

/** The project as a whole: its classes and its list of scans. */
export function projectHandlers(studio: StudioBackend): HandlersFor<'project' | 'setClasses' | 'uploadScan'> {
  const { project, host } = studio;
  return {
    project: async () => project.describe(),
    setClasses: async ({ body: { classes } }) => {
      await project.setClasses(classes);
      await studio.refreshWorkers();
      host.emit({ type: 'project' });
      return project.describe();
    },
    uploadScan: (request) => uploadScan(studio, request),
  };
}
