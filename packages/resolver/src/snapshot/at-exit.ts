/** What is to be done when this thread ends by itself, by `process.exit`, or by an error that nobody caught. */

const runs: Set<() => void> = new Set();

function runAtExit(): void {
  for (const run of runs) run();
}

/**
 * `beforeExit` would not do: it is not emitted for `process.exit`, and what it starts makes it come again. A signal
 * that nobody handles, or `worker.terminate()`, ends a thread without either.
 *
 * @param run must not wait for anything
 * @returns what takes it back
 */
export function atExit(run: () => void): () => void {
  // One listener, however many resolvers: Node warns of more than ten.
  if (runs.size === 0) process.on('exit', runAtExit);
  runs.add(run);
  return () => {
    runs.delete(run);
    if (runs.size === 0) process.off('exit', runAtExit);
  };
}
