// Keeps one processor busy, and ends when its parent has gone.
process.on('disconnect', () => process.exit());

/** Short turns, so that the end is noticed. */
const TURN_MS = 50;

function turn() {
  const end = performance.now() + TURN_MS;
  while (performance.now() < end);
  setImmediate(turn);
}
turn();
