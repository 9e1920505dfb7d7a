/** The package that speaks HTTPS and TLS, loaded when it is needed: nobody else pays for it. */
import type * as doh from '@doubao/resolver-doh';

/** What is used of `@doubao/resolver-doh`. */
export type Transport = Pick<
  typeof doh,
  'createDohUpstream' | 'createDotUpstream' | 'createDowngradingUpstream' | 'probeHead' | 'probeQuery'
>;

let loading: Promise<Transport> | undefined;

/** Loads it once; a failure is tried again with the next call. */
export function loadTransport(): Promise<Transport> {
  loading ??= import('@doubao/resolver-doh').catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
