import { z } from 'zod';
import { configSchema } from './config.ts';
import { AUTO_PRESET, PRESETS } from './presets.ts';

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schema of a settings file, for editors and validators: every setting with its description, default and range, methods and
 * presets by name. JSON Schema, draft 2020-12.
 */
export function settingsJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  const properties = schema.properties as Record<string, Record<string, unknown>>;
  const preset = {
    ...properties.preset,
    enum: [...Object.keys(PRESETS), AUTO_PRESET],
    description: 'named set of settings that others lie over',
  };
  return {
    ...schema,
    title: 'Settings of patchcl train',
    description: 'All settings may be left out. What a method or a preset says otherwise stands in docs/presets.md.',
    properties: { ...properties, preset },
  };
}
