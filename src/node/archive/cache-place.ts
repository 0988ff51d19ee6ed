import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PatchclError } from '../../core/errors.ts';
import { writeError } from '../file-errors.ts';
import type { Environment } from './credentials.ts';

/** Gigabytes that the cache may hold where nobody says otherwise. */
const GIGABYTES = 20;

/** Where what is fetched from archives is kept, and how much of it. */
export interface CachePlace {
  readonly folder: string;
  /** Bytes. */
  readonly most: number;
}

/**
 * The folder of the cache, made if it is not there, that nobody else can read.
 *
 * @throws PatchclError `unwritable` when it is somebody else's, `bad-usage` for a size that is none
 */
export function cachePlace(environment: Environment = process.env): CachePlace {
  const given = environment.PATCHCL_CACHE;
  const base = given ? resolve(given) : join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'patchcl');
  const folder = join(base, 'dicomweb');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // It may have been there, with the rights of somebody's umask.
    refuseForeign(folder);
    chmodSync(folder, 0o700);
  } catch (error) {
    if (error instanceof PatchclError) throw error;
    throw writeError(folder, error);
  }
  return { folder, most: mostOf(environment.PATCHCL_CACHE_GB) };
}

/** A link, or a folder of somebody else, would give scans of patients away. */
function refuseForeign(folder: string): void {
  const found = lstatSync(folder);
  const own = process.getuid?.();
  if (found.isDirectory() && (own === undefined || found.uid === own)) return;
  const hint = 'Name a folder of your own with PATCHCL_CACHE.';
  throw new PatchclError('unwritable', 'the folder for fetched scans is not your own', { subject: folder, hint });
}

function mostOf(text: string | undefined): number {
  const gigabytes = text ? Number(text) : GIGABYTES;
  if (Number.isFinite(gigabytes) && gigabytes > 0) return gigabytes * 1e9;
  const hint = 'Set it to the gigabytes that the cache may hold, or leave it out.';
  throw new PatchclError('bad-usage', 'it is not a number above 0', { subject: 'PATCHCL_CACHE_GB', hint });
}
