import * as h5wasm from 'h5wasm';
import { expect, it, vi } from 'vitest';
import { makeHdf5 } from '../../../bench/fuzz/make-hdf5.ts';
import { readHdf5Image } from './hdf5.ts';

// In a file of its own: the library stays down for the rest of the thread.
it('a crash inside the HDF5 library is a sentence, for the file and for those after it', async () => {
  const [bytes = new Uint8Array()] = await makeHdf5();
  const library = await h5wasm.ready;
  const crash = vi.spyOn(library, 'get_dataset_metadata').mockImplementation(() => {
    // What WebAssembly throws, whose types are those of browsers.
    throw Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
  });
  await expect(readHdf5Image(bytes, 'a.h5')).rejects.toThrow('a.h5: the HDF5 data set "image" cannot be read.');
  crash.mockRestore();
  await expect(readHdf5Image(bytes, 'b.h5')).rejects.toThrow(
    'b.h5: the HDF5 library has crashed on a.h5, so it reads nothing more. Start again without that file.',
  );
});
