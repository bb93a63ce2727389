// Latency of the last reads as dots, newest on the right.

const SVG = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, SHOWN] = [1000, 150, 400];
/** The scale runs from 1 ms, a cached answer, to 30 s, more than any deadline. */
const TOP = Math.log10(30_000);
const LINES = [
  [1, '1 ms'],
  [10, '10 ms'],
  [100, '100 ms'],
  [1000, '1 s'],
  [10_000, '10 s'],
];

const y = (/** @type {number} */ ms) => HEIGHT - 8 - (Math.log10(Math.max(1, ms)) / TOP) * (HEIGHT - 16);

/** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
function element(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text) node.textContent = text;
  return node;
}

/** @param {Element} svg @param {{ms: number, ok: boolean}[]} reads */
export function draw(svg, reads) {
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  const grid = LINES.flatMap(([ms, label]) => [
    element('line', { x1: 0, x2: WIDTH, y1: y(Number(ms)), y2: y(Number(ms)) }),
    element('text', { x: 4, y: y(Number(ms)) - 2 }, String(label)),
  ]);
  const offset = SHOWN - reads.length;
  const dots = reads.map(({ ms, ok }, i) =>
    element('circle', { cx: ((offset + i) / SHOWN) * WIDTH, cy: y(ms), r: ok ? 2.2 : 3.4, class: ok ? 'ok' : 'bad' }),
  );
  svg.replaceChildren(...grid, ...dots);
}
