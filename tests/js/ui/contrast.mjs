// Finds texts that are hard to read.

/** Runs in the page. Returns texts whose contrast is too low (WCAG 2.2, 1.4.3). @returns {string[]} */
export function faint() {
  const canvas = /** @type {CanvasRenderingContext2D} */ (
    document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  );
  /** @param {string[]} layers from the bottom up @returns {number[]} */
  const mix = (layers) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const layer of layers) {
      canvas.fillStyle = layer;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (/** @type {number[]} */ rgb) =>
    rgb
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * /** @type {number} */ ([0.2126, 0.7152, 0.0722][i]), 0);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!element || !walker.currentNode.textContent?.trim() || element.closest(':disabled, .sr, option')) continue;
    const grounds = [];
    for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement)
      grounds.unshift(getComputedStyle(at).backgroundColor);
    const [a, b] = [light(mix(grounds)), light(mix([...grounds, getComputedStyle(element).color]))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5)
      found.push(`${contrast.toFixed(2)} ${element.className}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
  }
  return found;
}
