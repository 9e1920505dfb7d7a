/** A resolver over a scripted addon and a scripted clock. */
import type { nodeLookup } from '../node-dns.ts';
import { LastResort } from '../last-resort.ts';
import type { ResolverOptions } from '../options.ts';
import { Port } from '../port.ts';
import { createResolverIn, type DoubaoResolver } from '../resolver.ts';
import { FakeBinding } from './fake-binding.ts';
import { FakeClock } from './fake-clock.ts';

export interface FakeResolver {
  readonly resolver: DoubaoResolver;
  readonly binding: FakeBinding;
  readonly clock: FakeClock;
}

export interface FakeSystem {
  readonly getaddrinfo?: typeof nodeLookup;
  readonly binding?: FakeBinding;
}

/** Stands for a getaddrinfo that must not be called. */
const unexpected = ((name: string) => {
  throw new Error(`getaddrinfo was called for ${name}`);
}) as unknown as typeof nodeLookup;

/** Random numbers are all 0. */
export function fakeResolver(options: ResolverOptions = {}, system: FakeSystem = {}): FakeResolver {
  const { getaddrinfo = unexpected, binding = new FakeBinding() } = system;
  const clock = new FakeClock();
  const lastResort = new LastResort(getaddrinfo, clock);
  const surroundings = { port: new Port(binding), clock, random: () => 0, lastResort };
  return { resolver: createResolverIn(() => surroundings, options), binding, clock };
}
