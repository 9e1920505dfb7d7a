import {
  blackHoled,
  delayedBy,
  killed,
  losing,
  servfailing,
  stopped,
  together,
  type Fault,
  type Stage,
} from '@doubao/resolver-testbed';
import type { FaultName } from './run.ts';

/** How much later than usual a late primary answers. */
const lateMs = 300;
const slightLoss = 0.05;
const heavyLoss = 0.3;

const unreachableSecondary: Fault = {
  name: 'second server black-holed',
  begin: async ({ secondary }) => secondary?.set('both', { blackHole: true }),
  end: async ({ secondary }) => secondary?.set('both', { blackHole: false }),
};

const unreachableFallbacks: Fault = {
  name: 'fallbacks black-holed',
  begin: async ({ fallbacks }) => setAll(fallbacks, true),
  end: async ({ fallbacks }) => setAll(fallbacks, false),
};

async function setAll(fallbacks: Stage['fallbacks'], blackHole: boolean): Promise<void> {
  for (const fallback of fallbacks) await fallback.set('both', { blackHole });
}

/** Those of the tests in `test/chaos`. */
export const faults: Readonly<Record<Exclude<FaultName, 'none'>, Fault>> = {
  killed,
  stopped,
  'black-holed': blackHoled,
  'loss-5': losing(slightLoss, 'both'),
  'loss-30': losing(heavyLoss),
  servfail: servfailing,
  late: delayedBy(lateMs),
  'all-down': together('all servers black-holed', [blackHoled, unreachableSecondary, unreachableFallbacks]),
};
