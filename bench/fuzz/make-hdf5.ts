import * as h5wasm from 'h5wasm';

/** HDF5 files of the SSL4MIS layout: plain, deflated in chunks, and one whose few bytes expand to 16 MiB. */
export async function makeHdf5(): Promise<Uint8Array[]> {
  await h5wasm.ready;
  const image = Float32Array.from({ length: 600 }, (_, i) => (i % 97) / 97);
  const label = Uint8Array.from({ length: 600 }, (_, i) => i % 4);
  return [
    file((made) => {
      made.create_dataset({ name: 'image', data: image, shape: [20, 30] });
      made.create_dataset({ name: 'label', data: label, shape: [20, 30] });
    }),
    file((made) => {
      made.create_dataset({ name: 'image', data: image, shape: [2, 20, 15], chunks: [1, 10, 15], compression: 4 });
      made.create_dataset({ name: 'label', data: label, shape: [2, 20, 15], chunks: [2, 20, 15], compression: 9 });
    }),
    file((made) => {
      const zeros = new Float32Array(1 << 22);
      made.create_dataset({ name: 'image', data: zeros, shape: [2048, 2048], chunks: [2048, 2048], compression: 9 });
    }),
  ];
}

function file(fill: (made: h5wasm.File) => void): Uint8Array {
  const made = new h5wasm.File('/fuzz.h5', 'w');
  fill(made);
  made.close();
  const { FS } = h5wasm.Module;
  const bytes = (FS.readFile('/fuzz.h5') as Uint8Array).slice();
  FS.unlink('/fuzz.h5');
  return bytes;
}
