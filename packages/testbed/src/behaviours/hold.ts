import type { Behaviour, Exchange } from '../exchange.ts';

/** A behaviour that withholds another one until the test says so. */
export interface Hold extends Behaviour {
  /** Queries that wait now. */
  readonly waiting: number;
  /** Resolves once at least `count` queries wait. */
  waitFor(count: number): Promise<void>;
  /**
   * Lets the waiting queries go on, in order of arrival, and every later one at once. Resolves when all was sent;
   * rejects with the first error of the withheld behaviour.
   */
  release(): Promise<void>;
  /** As {@link release}, but later queries are withheld again. */
  releaseWaiting(): Promise<void>;
}

/** Withholds `inner`: queries are logged by their server but get nothing until the release. */
export function hold(inner: Behaviour): Hold {
  let open = false;
  let held: Exchange[] = [];
  let watchers: { count: number; resolve: () => void }[] = [];

  const behaviour = (exchange: Exchange): void | Promise<void> => {
    if (open) return inner(exchange);
    held.push(exchange);
    const met = watchers.filter((watcher) => held.length >= watcher.count);
    watchers = watchers.filter((watcher) => held.length < watcher.count);
    for (const watcher of met) watcher.resolve();
  };
  const releaseWaiting = async (): Promise<void> => {
    const going = held;
    held = [];
    await Promise.all(going.filter((exchange) => !exchange.closed.aborted).map(inner));
  };

  const control = {
    get waiting() {
      return held.length;
    },
    waitFor: (count: number) =>
      new Promise<void>((resolve) => {
        if (held.length >= count) resolve();
        else watchers.push({ count, resolve });
      }),
    releaseWaiting,
    release: () => {
      open = true;
      return releaseWaiting();
    },
  };
  // Descriptors, because assigning would read `waiting` once and for all.
  return Object.defineProperties(behaviour, Object.getOwnPropertyDescriptors(control)) as Hold;
}
