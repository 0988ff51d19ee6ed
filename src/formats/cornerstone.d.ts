declare module '@cornerstonejs/codec-charls/decode' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types; wasm-codecs.ts states what is used.
  const load: (options: object) => Promise<{ JpegLSDecoder: any }>;
  export default load;
}

declare module '@cornerstonejs/codec-openjpeg/decode' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types; wasm-codecs.ts states what is used.
  const load: (options: object) => Promise<{ J2KDecoder: any }>;
  export default load;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decode' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types; turbo.ts states what is used.
  const load: (options: object) => Promise<{ JPEGDecoder: any }>;
  export default load;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types; make-jpeg.ts states what is used.
  const load: (options: object) => Promise<{ JPEGEncoder: any }>;
  export default load;
}

declare module '@cornerstonejs/codec-charls' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types; tests encode with it.
  const load: (options: object) => Promise<{ JpegLSEncoder: any }>;
  export default load;
}
