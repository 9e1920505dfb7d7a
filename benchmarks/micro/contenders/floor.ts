import { firstAddress, hostNames } from '../../harness/name-server.ts';
import type { CallbackLookup, Contender, Setup } from '../contender.ts';

interface Entry {
  readonly addresses: readonly [string, string];
  readonly expiresAt: number;
}

type Callback = (error: null, ...result: unknown[]) => void;

const dayMs = 86_400_000;
const entries = new Map<string, Entry>(
  hostNames.map((name, index) => {
    const address = firstAddress(index);
    return [name, { addresses: [address, address.replace('10.0', '10.1')], expiresAt: Date.now() + dayMs }];
  }),
);

function fresh(name: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined || entry.expiresAt <= Date.now()) throw new Error('the floor has no misses');
  return entry;
}

const callbackForms = {
  core: (name: string, _options: object, callback: Callback) => {
    const { addresses } = fresh(name);
    process.nextTick(callback, null, [
      { address: addresses[0], family: 4 },
      { address: addresses[1], family: 4 },
    ]);
  },
  family: (name: string, _options: object, callback: Callback) => {
    process.nextTick(callback, null, fresh(name).addresses[0], 4);
  },
  bare: (name: string, callback: Callback) => {
    process.nextTick(callback, null, fresh(name).addresses[0], 4);
  },
};

// The promise floor has no clock: row 2 asks for an async function around Map.get and nothing else.
const promiseForms = {
  all: async (name: string) => {
    const { addresses } = entries.get(name) as Entry;
    return [
      { address: addresses[0], family: 4 },
      { address: addresses[1], family: 4 },
    ];
  },
  one: async (name: string) => ({ address: (entries.get(name) as Entry).addresses[0], family: 4 }),
};

/** The least that a cached lookup can do: find, compare the time, hand over a fresh result on the next tick. */
export function prepare({ shape }: Setup): Contender {
  return {
    lookup: callbackForms[shape] as CallbackLookup,
    lookupPromise: shape === 'core' ? promiseForms.all : promiseForms.one,
  };
}
