/**
 * The studio's API, typed: what its own page asks a `patchcl studio` server.
 *
 * @example
 * import { studioClient } from 'patchcl/studio-client';
 *
 * const studio = studioClient('http://127.0.0.1:7411', token);
 * const { cases } = await studio.ask('project', {});
 *
 * @module
 */
export { type ErrorCode, PatchclError } from '../core/errors.ts';
export { httpStudio as studioClient } from '../studio/api/http-studio.ts';
export * from '../studio/api/index.ts';
