import { cssColour, VIRIDIS_STOPS } from './colours.ts';

const LIGHT = `--page:#f6f7f9;--card:#fff;--text:#1b2430;--muted:#5b6776;--line:#dde2e8;--soft:#f0f3f6;--accent:#0b5cad;--notice:#7a4b00;
--notice-back:#fff6e3;--series-0:#0072b2;--series-1:#d55e00;--series-2:#008f68;--series-3:#b0528d;--series-4:#8a6d00;--series-5:#3f4a57;`;

const DARK = `--page:#12161b;--card:#1a2027;--text:#e4e9ef;--muted:#9aa7b5;--line:#2d3641;--soft:#222a33;--accent:#7cbcff;--notice:#ffd88a;
--notice-back:#2c2514;--series-0:#56b4e9;--series-1:#ff9a5a;--series-2:#3fd0a4;--series-3:#e79ac7;--series-4:#e8d44d;--series-5:#b9c4d0;`;

const SERIES_COLOURS = 6;
/** Twice as many as colours: the second round tells its lines from the first by their dashes. */
const SERIES_DASHES = ['none', '7 3', '2 3', '9 3 2 3', '12 4', '4 2', '1 2', '5 5', '14 3 2 3', 'none', '3 6', '8 2'];

/** Series that can be told apart. */
export const SERIES_STYLES = SERIES_DASHES.length;

/** Lines, axes and dots of charts. */
const CHART_RULES = `.grid line{stroke:var(--line);stroke-width:1}
.base{stroke:var(--muted);stroke-width:1}
.axis text,text.axis{fill:var(--muted);font-size:12px;font-variant-numeric:tabular-nums}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round}
.line.noisy.noisy{stroke-width:1.4;stroke-dasharray:none}
.best{fill:var(--card);stroke-width:2.4}
${SERIES_DASHES.map((dash, n) => `.line.s${n},.best.s${n}{stroke:var(--series-${n % SERIES_COLOURS})}.line.s${n}{stroke-dasharray:${dash}}.dot.s${n}{fill:var(--series-${n % SERIES_COLOURS})}`).join('')}`;

/** The style sheet of a chart that stands in a file of its own. */
export const CHART_STYLE = `svg{${LIGHT}background:var(--card);color:var(--text);font-family:system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
@media(prefers-color-scheme:dark){svg{${DARK}}}
text{fill:var(--text);font-size:12px}
${CHART_RULES}`;

/** The report's style sheet. It follows the reader's light or dark setting; `data-theme` on the root overrides it; paper is light. */
export const STYLE = `:root{color-scheme:light;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
@media screen{:root[data-theme=dark]{color-scheme:dark;${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px 48px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 4px;text-wrap:balance}
h2{font-size:1.15rem;margin:0 0 12px}
h3{font-size:.95rem;margin:18px 0 8px}
p{margin:0 0 10px}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin-top:18px}
.muted{color:var(--muted)}
.notice{display:inline-block;margin:10px 0 0;padding:5px 12px;border-radius:6px;background:var(--notice-back);color:var(--notice);font-weight:600;font-size:.9rem}
.headline{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;margin:18px 0 0;padding:0;list-style:none}
.headline li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.headline b{display:block;font-size:1.55rem;line-height:1.2;font-variant-numeric:tabular-nums}
.headline span{color:var(--muted);font-size:.85rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:8px 36px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:0 -4px;padding:0 4px}
.scroll+.scroll,.charts+.scroll,.scroll+.charts{margin-top:22px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.85rem;padding-bottom:6px}
caption span{display:block;position:sticky;left:0;max-width:min(100%,calc(100vw - 64px))}
.scroll tbody tr>th:first-child{position:sticky;left:0;background:var(--card)}
th,td{padding:5px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:baseline;white-space:nowrap}
thead th{font-weight:600;font-size:.82rem;color:var(--muted);border-bottom:2px solid var(--line)}
thead th.group{text-align:center;border-bottom:1px solid var(--line)}
tbody th{font-weight:500}
tbody:last-child>tr:last-child>*,tbody:last-child>tr>th[rowspan]{border-bottom:0}
tr.total>*{border-top:2px solid var(--line);font-weight:600}
.number{text-align:right}
.edge{border-left:1px solid var(--line)}
td small{display:block;color:var(--muted);font-size:.85em;font-weight:400}
.tight{font-size:.85rem}
.tight th,.tight td{padding:5px 6px}
.tight thead th{font-size:.78rem}
.dense.dense th,.dense.dense td{padding:5px 4px}
.dense.dense{font-size:.8rem}
.dense.dense thead th{font-size:.72rem;min-width:0}
.tight thead th{white-space:normal;min-width:54px}
strong.top{color:var(--accent)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:22px 26px}
figure{margin:0}
figcaption{font-size:.88rem;margin-bottom:6px}
.pictures figcaption .muted{display:block}
.chart figcaption{font-weight:600}
.chart svg:not(.swatch){display:block;width:100%;height:auto}
${CHART_RULES}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:3px 18px;margin:8px 0 0;padding:0;font-size:.85rem}
.legend li{display:flex;align-items:center;gap:7px}
.swatch{width:26px;height:10px;flex:none}
.chip{width:13px;height:13px;border-radius:3px;flex:none;display:inline-block;border:1px solid rgb(0 0 0/.25)}
.key{width:24px;height:16px;flex:none;background:#24282e;border-radius:3px;padding:3px 4px}
.key i{display:block;width:16px;height:10px;border-width:2px;border-color:currentColor}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,235px),1fr));gap:16px;margin-top:12px}
.wide{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:18px;margin-top:14px}
.pictures img,.wide img{display:block;width:100%;height:auto;border-radius:6px;background:#000}
.tag{font-size:.75rem;font-weight:600;border-radius:4px;padding:1px 7px;background:var(--soft);color:var(--muted);margin-right:6px}
.scale{display:inline-block;width:150px;height:11px;border-radius:3px;background:linear-gradient(90deg,${VIRIDIS_STOPS.map(cssColour).join(',')})}
details{margin-top:6px}
summary{cursor:pointer;color:var(--accent);font-weight:500}
pre{overflow-x:auto;background:var(--soft);border-radius:6px;padding:12px 14px;font:12.5px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
footer{margin-top:22px;font-size:.85rem}
@media(max-width:560px){main{padding:18px 12px 32px}section{padding:14px}h1{font-size:1.4rem}}
@media print{body{background:#fff;font-size:11px}main{max-width:none;padding:0}section{border:0;padding:0}section,.headline li{box-shadow:none}
figure,tr,.headline{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}th,td{padding:3px 5px}
.charts{grid-template-columns:1fr 1fr}.pictures{grid-template-columns:repeat(4,1fr)}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`;
