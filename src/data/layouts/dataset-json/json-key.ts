import type { PatchclError } from '../../../core/errors.ts';

/** The error for what stands under one key of a file. */
export type JsonKey = (problem: string, hint: string) => PatchclError;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
