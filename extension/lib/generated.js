// Written by tools/generate/ from src/ and data/: change it there, not here.

/** Methods that make a filter or a subscription. */
export const STICKY_MAKES = new Set(['eth_newFilter', 'eth_newBlockFilter', 'eth_subscribe']);

/** Methods that end one. */
export const STICKY_ENDS = new Set(['eth_uninstallFilter', 'eth_unsubscribe']);

/** Largest message between a page and the core, in bytes of JSON text. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Deepest nesting of such a message, outside its strings. The deepest real one, `resume`, has four levels. */
export const MAX_MESSAGE_DEPTH = 16;
/** Most values in such a message, outside its strings. A block with as many logs would not fit into a message. */
export const MAX_MESSAGE_VALUES = 50_000;
/** Bytes of parameters one document may have waiting at once. More are answered with -32005. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Most requests one document may have waiting at once. More are answered with -32005. */
export const MAX_IN_FLIGHT = 2_000;
/** Most chains one document may ask for. A read of one more is answered with -32005. */
export const MAX_CHAINS = 32;
/** Most filters and subscriptions one document may have. More are answered with -32005. */
export const MAX_STICKY = 64;
/** Blocks whose events are kept, to deliver them again as removed if the chain drops them. */
export const KEPT_BLOCKS = 128;
/** Most bytes of such events for each filter or subscription; those of the newest block are always kept. */
export const KEPT_BYTES = 1024 * 1024;
/** Messages an origin may send at once … */
export const ORIGIN_MESSAGES = 4_000;
/**
 * … and per second in the long run. A dApp's busiest start is under 500 reads, and a busy one makes under 100 a
 * second.
 */
export const ORIGIN_MESSAGES_PER_S = 500;
/** Deadline of a request, in ms, unless the person set another. */
export const DEFAULT_DEADLINE_MS = 10_000;
/** Most endpoints of all chains. */
export const MAX_ALL_ENDPOINTS = 20_000;
/** Largest settings text read, in bytes. A hundred endpoints on each of ten chains take a quarter of it. */
export const MAX_SETTINGS_BYTES = 1024 * 1024;
/** So many requests of a document may be out at most by the answers that came; half of them go at once … */
export const CREDIT_MOST = 64;
/** … and so many of a frame, because a page can have any number of frames … */
export const CREDIT_FRAME_MOST = 16;
/** … and without any answer, so many more go in a second: calls that never end hold up no others … */
export const CREDIT_PER_S = 50;
/** … or so many, when as many are out already as there may be by answers. */
export const CREDIT_FULL_PER_S = 5;
/** What cannot wait (an abort, a transaction, the word of a wallet) may take so many in advance. */
export const CREDIT_DEBT = 256;
/** What a page is told that asks for something too large. The bridge says it, too, of what it does not hand on. */
export const TOO_LARGE = {
  code: -32602,
  message: 'Breakwater: the request is too large (4 MiB at most) or nested too deep.',
};
/** What a page is told that asks for more than its share. The bridge says it, too. */
export const TOO_MANY = {
  code: -32005,
  message: 'Breakwater: too many requests from this page; wait for answers before asking more.',
};
