/** A resolver over a scripted addon and a scripted clock. */
import type { nodeLookup } from '../runtime/node-dns.ts';
import type { Surroundings } from '../engine/engine.ts';
import { Guidance } from '../guidance/guidance.ts';
import { LastResort } from '../lookup/last-resort.ts';
import type { ResolverOptions } from '../configuration/options.ts';
import { Port } from '../native/port.ts';
import { createResolverIn, type DoubaoResolver } from '../resolver.ts';
import type { SnapshotEnvironment } from '../snapshot/environment.ts';
import { systemFiles } from '../snapshot/files.ts';
import { FakeBinding } from './fake-binding.ts';
import { FakeClock } from './fake-clock.ts';

export interface FakeResolver {
  readonly resolver: DoubaoResolver;
  readonly binding: FakeBinding;
  readonly clock: FakeClock;
  readonly warnings: readonly string[];
  /** What is done when the thread ends. */
  readonly exits: ReadonlySet<() => void>;
}

export interface FakeSystem {
  readonly getaddrinfo?: typeof nodeLookup;
  readonly binding?: FakeBinding;
  readonly isMainThread?: boolean;
}

/** Stands for a getaddrinfo that must not be called. */
const unexpected = ((name: string) => {
  throw new Error(`getaddrinfo was called for ${name}`);
}) as unknown as typeof nodeLookup;

/** A file system like any other, and nothing else of the process. */
function fakeSnapshots(
  clock: FakeClock,
  warnings: string[],
  exits: Set<() => void>,
  isMainThread: boolean,
): SnapshotEnvironment {
  return {
    paths: new Map(),
    host: () => ({
      clock,
      files: systemFiles(),
      warn: (code, message) => warnings.push(`${code} ${message}`),
      say: (line) => warnings.push(line),
      atExit: (run) => {
        exits.add(run);
        return () => exits.delete(run);
      },
      isMainThread,
    }),
  };
}

/** Random numbers are all 0. */
export function fakeSurroundings(
  system: FakeSystem = {},
): Omit<FakeResolver, 'resolver'> & { readonly surroundings: Surroundings } {
  const { getaddrinfo = unexpected, binding = new FakeBinding(), isMainThread = true } = system;
  const clock = new FakeClock();
  const warnings: string[] = [];
  const exits = new Set<() => void>();
  const port = new Port(binding);
  const surroundings = {
    port,
    clock,
    random: () => 0,
    lastResort: new LastResort(getaddrinfo, clock),
    snapshots: fakeSnapshots(clock, warnings, exits, isMainThread),
    loadTransport: () => Promise.reject(new Error('no transport is needed')),
    guidance: new Guidance({
      port,
      clock,
      random: () => 0,
      warn: (code, message) => warnings.push(`${code} ${message}`),
    }),
  };
  return { surroundings, binding, clock, warnings, exits };
}

/** A resolver in {@link fakeSurroundings}. */
export function fakeResolver(options: ResolverOptions = {}, system: FakeSystem = {}): FakeResolver {
  const { surroundings, ...others } = fakeSurroundings(system);
  return { resolver: createResolverIn(() => surroundings, options), ...others };
}
