import { labelRoutes } from './routes/label-routes.ts';
import { projectRoutes } from './routes/project-routes.ts';
import { proposalRoutes } from './routes/proposal-routes.ts';
import { runRoutes } from './routes/run-routes.ts';
import { scanRoutes } from './routes/scan-routes.ts';

export type { Route } from './route.ts';

/**
 * The studio's API. Voxels travel as bare little-endian values, C-ordered as said. Numbers of voxels follow from the case's
 * `measures`. Everything is in the studio's orientation except for exports, which lie on the scan as it is stored.
 */
export const ROUTES = {
  ...projectRoutes,
  ...scanRoutes,
  ...labelRoutes,
  ...proposalRoutes,
  ...runRoutes,
} as const;

/** The names of all routes. */
export type RouteName = keyof typeof ROUTES;
