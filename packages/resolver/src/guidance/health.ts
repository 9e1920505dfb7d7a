/** The package that decides, loaded when the first samples are there: not with this one, and not at a failover. */
import type * as health from '@doubao/resolver-health';

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

export const loadHealth = (): Promise<Health> => import('@doubao/resolver-health');
