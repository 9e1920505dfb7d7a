import type { DoubaoResolver, ResolverStats } from '@doubao/resolver';

type NativeStats = NonNullable<ResolverStats['native']>;
type Counter = { [K in keyof NativeStats]: NativeStats[K] extends number ? K : never }[keyof NativeStats];

/** One of the native counters; 0 before the first lookup. */
export function counter(resolver: DoubaoResolver, name: Counter): number {
  return resolver.stats()[name];
}
