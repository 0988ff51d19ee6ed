import { type Html, html } from './html.ts';
import { layout, type Table } from './table.ts';

/** The table for a page: the first column names the rows. @throws PatchclError `shape` as `textTable` */
export function htmlTable(table: Table, caption: string): Html {
  const { header, body, isRight } = layout(table);
  const css = (column: number) => (isRight[column] ? 'number' : '');
  const head = header.map((title, column) => html`<th scope="col" class="${css(column)}">${title}</th>`);
  const rows = body.map(([name = '', ...cells]) => {
    const rest = cells.map((cell, i) => html`<td class="${css(i + 1)}">${cell}</td>`);
    return html`<tr><th scope="row">${name}</th>${rest}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="tight"><caption><span>${caption}</span></caption>
<thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
