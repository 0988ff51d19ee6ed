import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { z } from 'zod';
import type { SessionOptions } from '../ort/resident.ts';

/** The entries of ONNX Runtime's profile that tell of an operator's run. */
const profileSchema = z.array(
  z.object({ args: z.object({ op_name: z.string().optional(), provider: z.string().optional() }).optional() }),
);

/**
 * ONNX names of the operators, one per node, that the processor computes for a device. ONNX Runtime tells by its profile
 * only, so the model runs once, on zeros.
 */
export async function findFallbacks(
  model: Uint8Array,
  create: (model: Uint8Array, options: SessionOptions) => Promise<InferenceSession>,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'patchcl-profile-'));
  try {
    const options = { enableProfiling: true, profileFilePrefix: join(folder, 'run') };
    const session = await create(model, options);
    try {
      await session.run(zeroFeeds(session));
      session.endProfiling();
    } finally {
      await session.release();
    }
    const [file] = await readdir(folder);
    const entries = profileSchema.parse(JSON.parse(await readFile(join(folder, file as string), 'utf8')));
    return entries.flatMap(({ args }) =>
      args?.provider === 'CPUExecutionProvider' && args.op_name !== undefined ? [args.op_name] : [],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function zeroFeeds(session: InferenceSession): Record<string, Tensor> {
  return Object.fromEntries(
    session.inputMetadata.map((input) => {
      if (!input.isTensor) throw new TypeError(`the input ${input.name} is no tensor`);
      const shape = input.shape.map((extent) => (typeof extent === 'number' ? extent : 1));
      const length = shape.reduce((product, extent) => product * extent, 1);
      const data = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };
      const type = input.type as keyof typeof data;
      return [input.name, new Tensor(type as 'float32', new data[type](length) as Float32Array, shape)];
    }),
  );
}
