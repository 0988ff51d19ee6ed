import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { readChecksums, rememberConfig } from '../../runs/checksums.ts';
import type { RequestedConfig } from '../../settings/config.ts';
import { configYaml, resolveConfig } from '../../settings/load-config.ts';

/** Settings but for the threads, which change how fast a run is and nothing else. */
const settingsText = ({ threads: _, ...settings }: RequestedConfig) => configYaml(settings);

/**
 * A run whose settings were edited by hand would go on as another one than it began.
 *
 * @throws PatchclError `bad-config` naming a setting, unless the person wants it so
 */
export async function checkConfig(files: Files, run: string, saved: RequestedConfig, take: boolean): Promise<void> {
  const { config: text } = await readChecksums(files, run);
  if (text === undefined) return;
  if (take) return rememberConfig(files, run, saved);
  const path = `${run}/config.yaml`;
  const started = resolveConfig({ file: { path, text }, methods: 'any', isComplete: true });
  if (settingsText(started) === settingsText(saved)) return;
  const [now, then] = [settingLines(saved), settingLines(started)];
  const changed = [...then.keys(), ...now.keys()].find((name) => then.get(name) !== now.get(name));
  const said =
    changed === undefined
      ? 'another setting'
      : `${changed}: ${now.get(changed) ?? 'nothing'}, not ${then.get(changed) ?? 'nothing'}`;
  throw new PatchclError('bad-config', `this file was edited after the run was started: it says ${said}`, {
    subject: path,
    hint: 'Put the setting back, or take it as it is with --take-config: the run is then no longer the one it was.',
  });
}

/** Every setting by its full name, as text. */
function settingLines(settings: object, prefix = ''): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [name, value] of Object.entries(settings)) {
    const isTree = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isTree) for (const [below, text] of settingLines(value, `${prefix}${name}.`)) lines.set(below, text);
    else lines.set(prefix + name, JSON.stringify(value));
  }
  return lines;
}
