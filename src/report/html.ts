/** Markup that is safe to insert as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template may hold: text and numbers are escaped, markup and lists of it are not, nothing gives nothing. */
export type Insert = Html | string | number | undefined | readonly Insert[];

/**
 * Markup from a template; everything inserted is escaped unless it is markup itself.
 *
 * @example
 * html`<p>${'a < b'}</p>`.text; // <p>a &lt; b</p>
 */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return new Html(strings.map((text, index) => text + (index < inserts.length ? render(inserts[index]) : '')).join(''));
}

/** A data URI of a PNG, which keeps a page in one file. */
export function pngUri(png: Uint8Array): string {
  return `data:image/png;base64,${base64(png)}`;
}

export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}

function render(insert: Insert): string {
  if (insert === undefined) return '';
  if (insert instanceof Html) return insert.text;
  if (typeof insert === 'object') return insert.map(render).join('');
  return String(insert).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
