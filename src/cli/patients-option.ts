import { Option } from 'commander';
import { configSchema } from '../settings/config.ts';

/** `--patients`: what data.patients may be. */
export function patientsOption(): Option {
  const text = configSchema.shape.data.def.innerType.shape.patients.description ?? 'data.patients';
  const numberOrText = (value: string) => (/^-?\d+$/.test(value) ? Number(value) : value);
  return new Option('--patients <how>', text).argParser(numberOrText);
}
