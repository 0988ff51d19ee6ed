/** The version of this package, where package.json cannot be read; a test holds the two together. */
export const VERSION = '0.1.0';
