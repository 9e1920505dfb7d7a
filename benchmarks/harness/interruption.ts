const controller = new AbortController();

/** Aborted when somebody ends the run: programs under way are ended, servers closed, and nothing is written. */
export const interruption: AbortSignal = controller.signal;

/** Makes SIGINT and SIGTERM abort {@link interruption}; a second one ends this process at once. */
export function heedSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`ended by ${signal}`)));
  }
}
