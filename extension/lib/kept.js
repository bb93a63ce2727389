// What the core has delivered for this document's filters and subscriptions, so that the next core can go on where the
// last one ended, with nothing lost or repeated (docs/adr/0004-filters.md).
//
// It is kept here rather than in the page script, because every message passes here once, in order, out of the page's
// reach.

import { KEPT_BLOCKS, KEPT_BYTES, MAX_IN_FLIGHT, MAX_STICKY, STICKY_ENDS, STICKY_MAKES } from './generated.js';

/** @typedef {{number: number, hash: string, removed?: boolean, results: string[]}} BlockEvents */
/** @typedef {{chain: number, method: string, params: string, blocks: BlockEvents[]}} Item */

export class Kept {
  constructor() {
    /** @type {Map<string, Item>} */
    this.items = new Map();
    /** @type {Map<number, any>} requests that will make or end one */
    this.asked = new Map();
    /** @type {Map<number, number>} the newest block the document was shown, by chain */
    this.floors = new Map();
  }

  /** Subscriptions are not polled, so they need a running core. */
  get pushes() {
    return [...this.items.values()].some((item) => item.method === 'eth_subscribe');
  }

  /** @param {any} message an `ask` of the page */
  fromPage(message) {
    if (this.asked.size >= MAX_IN_FLIGHT) return;
    if (STICKY_MAKES.has(message.method) || STICKY_ENDS.has(message.method)) this.asked.set(message.id, message);
  }

  /** @param {any} message a `resume`: continues what the page's own endpoint has delivered */
  goesOn({ subscription, chain, method, params, blocks }) {
    if (!isTexts([subscription, method, params]) || !areBlocks(blocks) || params.length > KEPT_BYTES) return;
    if (this.items.size < MAX_STICKY) this.items.set(subscription, { chain, method, params, blocks: [...blocks] });
    trim(this.items.get(subscription)?.blocks ?? []);
  }

  /** @param {any} message CoreToPage */
  fromCore(message) {
    const asked = this.asked.get(message.id);
    switch (message.type) {
      case 'created':
        if (asked) this.items.set(message.subscription, { ...pick(asked), blocks: [message.block] });
        break;
      case 'answer':
      case 'error':
        if (asked && STICKY_ENDS.has(asked.method)) this.items.delete(named(asked.params));
        break;
      case 'changes':
      case 'notify':
        this.delivered(message);
        break;
      case 'floor':
        this.floors.set(message.chain, message.number);
        break;
      default:
        break;
    }
    if (message.type !== 'ask-wallet') this.asked.delete(message.id);
  }

  /** @param {{subscription: string, blocks: BlockEvents[]}} message */
  delivered({ subscription, blocks }) {
    const item = this.items.get(subscription);
    if (!item) return;
    for (const block of blocks) {
      if (block.removed) takeBack(item, block);
      else item.blocks = [...item.blocks.filter((known) => known.number < block.number), block];
    }
    trim(item.blocks);
  }

  /** @returns {object[]} what a new core must be told */
  resumes() {
    const floors = [...this.floors].map(([chain, number]) => ({ type: 'floor', chain, number }));
    return [...floors, ...[...this.items].map(([subscription, item]) => ({ type: 'resume', subscription, ...item }))];
  }
}

/** The page says so, and may be hostile. @param {any} blocks */
function areBlocks(blocks) {
  return (
    Array.isArray(blocks) &&
    blocks.every((block) => typeof block?.number === 'number' && Array.isArray(block.results) && isTexts(block.results))
  );
}

/** @param {unknown[]} values */
function isTexts(values) {
  return values.every((value) => typeof value === 'string');
}

/** @param {any} asked */
function pick({ chain, method, params }) {
  return { chain, method, params };
}

/** @param {string} params JSON text @returns {string} */
function named(params) {
  try {
    return JSON.parse(params)[0];
  } catch {
    return '';
  }
}

/** @param {Item} item @param {BlockEvents} gone */
function takeBack(item, gone) {
  item.blocks = item.blocks.filter((block) => block.number < gone.number);
  // The position to go on from must not be lost with it.
  if (item.blocks.length === 0) item.blocks.push({ number: Math.max(0, gone.number - 1), hash: '', results: [] });
}

/** Keeps the newest ones, within the limits. @param {BlockEvents[]} blocks */
function trim(blocks) {
  let bytes = 0;
  let first = blocks.length;
  while (first > 0 && blocks.length - first < KEPT_BLOCKS) {
    const block = /** @type {BlockEvents} */ (blocks[first - 1]);
    bytes += block.results.reduce((sum, text) => sum + text.length, 0);
    if (bytes > KEPT_BYTES && first < blocks.length) break;
    first -= 1;
  }
  blocks.splice(0, first);
}
