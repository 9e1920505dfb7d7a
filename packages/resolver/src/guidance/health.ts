/** The package that decides, loaded when the first samples are there: not with this one, and not at a failover. */
import type * as health from '@doubao/resolver-health';
import { isTornDown } from '../runtime/jest.ts';

/** What is used of `@doubao/resolver-health`. */
export type Health = Pick<
  typeof health,
  | 'DOUBAO_V1'
  | 'HealthState'
  | 'judgeHeadLeniently'
  | 'judgeHeadStrictly'
  | 'judgeOutcome'
  | 'judgeQuery'
  | 'RESILIENT'
>;

/** @returns undefined where nothing can be loaded any more, and nobody is left to decide for */
export async function loadHealth(): Promise<Health | undefined> {
  // A short test that asks two servers is over before their samples are there.
  return isTornDown(true) ? undefined : import('@doubao/resolver-health');
}
