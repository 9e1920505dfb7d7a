import dns from 'node:dns';
import { hostNames } from '../harness/name-server.ts';
import type { CallbackLookup, PromiseLookup, Shape } from './contender.ts';

// The event loop turns once per pass over the names, as it must for timers and for garbage to be told of.
const last = hostNames.length - 1;

/** Takes results, so that none can be optimised away. */
export interface Sink {
  octets: number;
}

/** Calls `dns.lookup` so many times, one at a time, with the names in turn and options of their own each. */
export function callLookup(shape: Shape, count: number, sink: Sink): Promise<void> {
  // Read at each call, as programs do; typed loosely because each shape has an overload of its own.
  const holder = dns as unknown as { lookup: CallbackLookup };
  const hints = dns.ADDRCONFIG;
  let left = count;
  let at = 0;
  return new Promise((resolve, reject) => {
    const calls = {
      core: () => holder.lookup(hostNames[at] as string, { family: undefined, hints, all: true }, settle),
      family: () => holder.lookup(hostNames[at] as string, { family: 4 }, settle),
      bare: () => holder.lookup(hostNames[at] as string, settle),
    };
    const call = calls[shape];
    function settle(error: Error | null, result: { length: number }): void {
      if (error !== null && error !== undefined) return reject(error);
      sink.octets += result.length;
      left -= 1;
      if (left === 0) return resolve();
      if (at === last) {
        at = 0;
        setImmediate(call);
        return;
      }
      at += 1;
      call();
    }
    call();
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The same for the promise form, awaited one at a time. */
export async function awaitLookup(
  lookup: PromiseLookup,
  shape: Shape,
  count: number,
  sink: Sink,
): Promise<void> {
  const hints = dns.ADDRCONFIG;
  for (let done = 0; done < count; done += hostNames.length) {
    for (const name of hostNames) {
      const result =
        shape === 'core' ? await lookup(name, { family: undefined, hints, all: true }) : await lookup(name);
      sink.octets += (result as { family?: number }).family ?? 1;
    }
    await nextTurn();
  }
}
