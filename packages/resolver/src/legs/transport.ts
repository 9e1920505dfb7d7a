/** The package that speaks HTTPS and TLS, loaded when it is needed: nobody else pays for it. */
import type * as doh from '@doubao/resolver-doh';
import { warn } from '../errors/warning.ts';
import { isTornDown } from '../runtime/jest.ts';

/** What is used of `@doubao/resolver-doh`. */
export type Transport = Pick<
  typeof doh,
  'createDohUpstream' | 'createDotUpstream' | 'createDowngradingUpstream' | 'probeHead' | 'probeQuery'
>;

let loading: Promise<Transport> | undefined;

/** Loads it once. If that fails, no server is asked over HTTPS or TLS, and the program is told why. */
export function loadTransport(): Promise<Transport> {
  if (loading === undefined && isTornDown(false)) return Promise.reject(new Error('the tests are over'));
  loading ??= import('@doubao/resolver-doh').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = 'In a bundle, leave @doubao/resolver-doh out (external).';
    warn('ENCRYPTED', `no server is asked over HTTPS or TLS: ${reason}. ${advice}`);
    throw error;
  });
  return loading;
}
