// The lab: choose a provider, read in a loop, and see the answers and their times.
import { draw } from './chart.js';
import { panel } from './demo.js';
import { discover, ownEndpoint } from './providers.js';
import { readMany, seen, shown } from './reads.js';
import { Stats, inMs } from './stats.js';

/** @typedef {import("./providers.js").Found} Found */

const $ = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

/** Chains that the outage of October 2025 took from people, and two more. */
const CHAINS = {
  1: 'Ethereum',
  10: 'Optimism',
  137: 'Polygon',
  8453: 'Base',
  42161: 'Arbitrum One',
  59144: 'Linea',
  534352: 'Scroll',
  100: 'Gnosis',
  56: 'BNB',
};
const ROWS = 14;

let stats = new Stats();
/** @type {Found | undefined} */
let chosen;
let running = false;

/** @param {Found} found */
function addProvider(found) {
  const button = document.createElement('button');
  button.className = 'provider';
  button.type = 'button';
  button.setAttribute('role', 'radio');
  button.setAttribute('aria-checked', 'false');
  const icon = document.createElement('img');
  icon.alt = '';
  icon.src = found.icon?.startsWith('data:image/') ? found.icon : 'icon.svg';
  const words = document.createElement('span');
  words.append(
    Object.assign(document.createElement('b'), { textContent: found.name }),
    Object.assign(document.createElement('small'), { textContent: found.from }),
  );
  button.append(icon, words);
  button.addEventListener('click', () => choose(found, button));
  $('providers').append(button);
  if (!chosen) choose(found, button);
}

/** @param {Found} found @param {HTMLElement} button */
function choose(found, button) {
  chosen = found;
  for (const other of $('providers').children) other.setAttribute('aria-checked', String(other === button));
  $('go').disabled = false;
  found.provider.on?.('chainChanged', () => void showChain());
  void showChain();
}

/** The chain the provider is on. */
async function showChain() {
  const id = Number(await chosen?.provider.request({ method: 'eth_chainId' }).catch(() => NaN));
  if (Number.isNaN(id)) return;
  if (![...$('chain').querySelectorAll('option')].some(({ value }) => Number(value) === id)) {
    $('chain').append(new Option(`chain ${id}`, String(id)));
  }
  $('chain').value = String(id);
}

/** Asks the provider to change chain, and shows its answer. */
async function changeChain() {
  const chainId = `0x${Number($('chain').value).toString(16)}`;
  seen.head = 0;
  await chosen?.provider
    .request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] })
    .catch((error) => row('bad', 'wallet_switchEthereumChain', error?.message ?? String(error), ''));
  await showChain();
}

/** @param {string} kind @param {string} what @param {string} answer @param {string} ms */
function row(kind, what, answer, ms) {
  const line = document.createElement('tr');
  line.className = kind;
  for (const [i, text] of [new Date().toLocaleTimeString('en-GB'), what, answer, ms].entries()) {
    line.append(
      Object.assign(document.createElement('td'), { textContent: text, className: i === 3 ? 'num' : '', title: text }),
    );
  }
  const rows = $('rows');
  if (rows.querySelector('[colspan]')) rows.replaceChildren();
  rows.prepend(line);
  while (rows.children.length > ROWS) rows.lastElementChild?.remove();
}

/** @param {import("./reads.js").Answer} answer */
function told(answer) {
  stats.add(answer);
  row(answer.ok ? '' : 'bad', answer.question.method, shown(answer), answer.ms.toFixed(1));
}

function paint() {
  $('answered').textContent = String(stats.answered);
  $('failed').textContent = String(stats.failed);
  $('failed').classList.toggle('some', stats.failed > 0);
  $('waiting').textContent = String(stats.waiting);
  $('p50').textContent = inMs(stats.quantile(0.5));
  $('p99').textContent = inMs(stats.quantile(0.99));
  $('head').textContent = seen.head ? String(seen.head) : '–';
  draw($('chart'), stats.last);
}

async function go() {
  running = !running;
  $('go').textContent = running ? 'Stop' : 'Start reading';
  if (!running || !chosen) return;
  const targets = { account: $('account').value, token: $('token').value, logs: 500 };
  const mine = stats;
  await readMany(chosen.provider, targets, {
    count: Infinity,
    lanes: Number($('lanes').value),
    pause: Number($('pause').value),
    going: () => running && mine === stats,
    asked: () => {
      mine.waiting += 1;
    },
    told: (answer) => {
      if (mine === stats) told(answer);
    },
  });
}

$('go').addEventListener('click', () => void go());
$('clear').addEventListener('click', () => {
  stats = new Stats();
  $('rows').replaceChildren();
  if (running) {
    running = false;
    void go();
  }
});
$('own').addEventListener('submit', (event) => {
  event.preventDefault();
  const url = $('own-url').value;
  if (URL.canParse(url))
    addProvider({ key: url, name: new URL(url).hostname, from: "the page's own fetch", provider: ownEndpoint(url) });
});
$('chain').append(...Object.entries(CHAINS).map(([id, name]) => new Option(name, id)));
$('chain').addEventListener('change', () => void changeChain());
setInterval(paint, 200);

const demo = await panel();
// The main chain has a wrapped-ether contract with its own balance; the demo network has its own contract.
$('account').value = demo?.account ?? '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
$('token').value = demo?.token ?? '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
if (demo) $('own-url').value = demo.nodes[0].url;
discover(addProvider);
