/** Functions that can be told to hand their calls on, for those that stand in the place of Node's. */
import type { DnsFunction } from './registry.ts';

export interface Diverting {
  readonly ours: DnsFunction;
  /** @param to undefined: calls are answered by ours again */
  readonly divert: (to: DnsFunction | undefined) => void;
}

/** @param answer what answers as long as calls are not diverted; its name and length are kept */
export function diverting(answer: DnsFunction): Diverting {
  let elsewhere: DnsFunction | undefined;
  const ours = function (this: unknown, ...given: never[]): unknown {
    return (elsewhere ?? answer).apply(this, given);
  };
  Object.defineProperty(ours, 'name', { value: answer.name, configurable: true });
  Object.defineProperty(ours, 'length', { value: answer.length, configurable: true });
  return {
    ours,
    divert: (to) => {
      elsewhere = to;
    },
  };
}
