// A core whose lanes answer, for situations with rescued reads.

/** A core whose lanes answer at once by default. */
export class Lanes {
  state = { on: true, direct: true, chains: new Set([1]), deadlineMs: 3000 };
  /** @type {{chain: number, body: string}[]} */
  asked = [];
  aborted = 0;
  /** @type {'answer' | 'nothing' | 'silent'} */
  mood = 'answer';
  wake() {}
  ready() {
    return Promise.resolve();
  }
  follow() {}
  unfollow() {}
  /** @param {number} chain @param {string} body */
  rescue(chain, body) {
    this.asked.push({ chain, body });
    const abort = () => {
      this.aborted += 1;
    };
    if (this.mood === 'silent') return { body: new Promise(() => {}), abort };
    return { body: Promise.resolve(this.mood === 'nothing' ? null : answerOf(body)), abort };
  }
}

/** @param {string} body */
function answerOf(body) {
  const asked = JSON.parse(body);
  const replies = [asked].flat().map(({ id, method }) => ({ jsonrpc: '2.0', id, result: `lane:${method}` }));
  return JSON.stringify(Array.isArray(asked) ? replies : replies[0]);
}
