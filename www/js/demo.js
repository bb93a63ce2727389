// The demo network's switches, shown only when the lab is served by `./build.sh run`.

/** @typedef {{name: string, url: string, place: string, fault: string, sends: number}} Node */
/** @typedef {{nodes: Node[], account: string, token: string, faults: string[]}} State */

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @returns {Promise<State | undefined>} undefined when there is no demo network behind this page */
export async function state() {
  const reply = await fetch('/demo/state').catch(() => undefined);
  return reply?.ok ? reply.json() : undefined;
}

/** @param {Record<string, string>} faults node name → fault */
const set = (faults) =>
  fetch('/demo/faults', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });

/** The faults that one press causes. @type {[string, (nodes: Node[]) => Record<string, string>][]} */
const SCENES = [
  ['AWS us-east-1 goes dark', ([first]) => ({ [first.name]: 'dark' })],
  ['Google too', ([first, second]) => ({ [first.name]: 'dark', [second.name]: 'dark' })],
  ['All dark', (nodes) => Object.fromEntries(nodes.map(({ name }) => [name, 'dark']))],
  ['All well again', (nodes) => Object.fromEntries(nodes.map(({ name }) => [name, 'none']))],
];

/** @param {Node} node @param {string[]} faults */
function card(node, faults) {
  const box = document.createElement('div');
  box.className = 'node';
  box.innerHTML =
    '<header><b></b><span class="chip"></span></header><code></code>' +
    '<label>Fault <select></select></label><small class="quiet"></small>';
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (box.querySelector(selector));
  find('b').textContent = node.name;
  find('.chip').textContent = node.place;
  find('code').textContent = node.url;
  const select = /** @type {HTMLSelectElement} */ (find('select'));
  select.append(...faults.map((fault) => new Option(fault, fault)));
  select.addEventListener('change', () => set({ [node.name]: select.value }).then(refresh));
  return {
    box,
    update: (/** @type {Node} */ now) => {
      box.dataset.fault = now.fault;
      if (document.activeElement !== select) select.value = now.fault;
      find('small').textContent = `asked ${now.sends} times`;
    },
  };
}

/** @type {Map<string, ReturnType<typeof card>>} */
const cards = new Map();

async function refresh() {
  const now = await state();
  for (const node of now?.nodes ?? []) cards.get(node.name)?.update(node);
}

/** Shows the switches. @returns {Promise<State | undefined>} */
export async function panel() {
  const first = await state();
  if (!first) return undefined;
  for (const node of first.nodes) {
    const made = card(node, first.faults);
    cards.set(node.name, made);
    $('nodes').append(made.box);
  }
  for (const [title, faults] of SCENES) {
    const button = document.createElement('button');
    button.textContent = title;
    button.addEventListener('click', () => set(faults(first.nodes)).then(refresh));
    $('scenes').append(button);
  }
  $('demo').hidden = false;
  await refresh();
  setInterval(() => void refresh().catch(() => {}), 1000);
  return first;
}
