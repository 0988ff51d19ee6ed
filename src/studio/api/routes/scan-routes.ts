import { caseSchema } from '../project.ts';
import { nothing, type Route, range } from '../route.ts';

/** Scans as they are looked at. */
export const scanRoutes = {
  case: {
    method: 'GET',
    path: '/api/cases/:case',
    query: nothing,
    answer: caseSchema,
    about: 'One case.',
  },
  thumbnail: {
    method: 'GET',
    path: '/api/cases/:case/thumbnail',
    query: nothing,
    answer: 'bytes',
    about: 'The middle slice as PNG, 96 pixels on its longer side.',
  },
  volume: {
    method: 'GET',
    path: '/api/cases/:case/volume',
    query: nothing,
    answer: 'bytes',
    about: 'The scan as NIfTI, not compressed: int16 where that is exact, else float32.',
  },
  preview: {
    method: 'GET',
    path: '/api/cases/:case/preview',
    query: nothing,
    answer: 'bytes',
    about:
      'The first channel as NIfTI of bytes within the window of `measures`, at most 192 voxels a side, for 3D views.',
  },
  intensities: {
    method: 'GET',
    path: '/api/cases/:case/intensities',
    query: range,
    answer: 'bytes',
    about: 'Some slices of the scan: float32 [channels, count, height, width].',
  },
} as const satisfies Readonly<Record<string, Route>>;
