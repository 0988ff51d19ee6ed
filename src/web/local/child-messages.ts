/** What a worker of the page is told first. */
export interface Begin {
  readonly kind: 'worker' | 'trainer';
  /** Version of patchcl. */
  readonly version: string;
  /** URL of the folder with ONNX Runtime's files. */
  readonly runtime: string;
}

/** From a worker: a message for who has started it, or that it has ended. */
export type FromChild = { readonly message: unknown } | { readonly ended: string };
