import { PatchclError } from '../core/errors.ts';
import { bcp } from './bcp.ts';
import { contrastFirst } from './contrast-first.ts';
import { cps } from './cps.ts';
import { curriculum } from './curriculum.ts';
import { entropyMinimisation } from './entropy-minimisation.ts';
import { fixmatch } from './fixmatch.ts';
import { infoNce } from './info-nce.ts';
import { jcl } from './jcl.ts';
import { localContrast } from './local-contrast.ts';
import { meanTeacher } from './mean-teacher.ts';
import type { Method } from './method.ts';
import { patchcl } from './patchcl/index.ts';
import { pseudoLabel } from './pseudo-label.ts';
import { structureEntropy } from './structure-entropy.ts';
import { supervised } from './supervised.ts';
import { tripledUncertainty } from './tripled-uncertainty.ts';
import { uaMt } from './ua-mt.ts';

/** Every method, by name. A new one is a file beside these and a line here. */
export const METHODS: readonly Method[] = [
  patchcl,
  supervised,
  meanTeacher,
  bcp,
  pseudoLabel,
  entropyMinimisation,
  uaMt,
  tripledUncertainty,
  fixmatch,
  cps,
  infoNce,
  jcl,
  localContrast,
  structureEntropy,
  curriculum,
  contrastFirst,
];

/** @throws PatchclError `bad-config` for a name that is not known */
export function methodNamed(name: string): Method {
  const method = METHODS.find((candidate) => candidate.name === name);
  if (method !== undefined) return method;
  const known = METHODS.map((candidate) => candidate.name).join(', ');
  throw new PatchclError('bad-config', `there is no method "${name}"`, { subject: 'method', hint: `Known: ${known}.` });
}
