import { DOUBAO_V1, RESILIENT } from '@doubao/resolver-health';
import { expect, it } from 'vitest';
import {
  DEFAULT_CANARY_MS,
  DEFAULT_LEAD_STAYS_MS,
  DEFAULT_PROBE_INTERVAL_MS,
  DEFAULT_RAMP_MS,
  OPTION_TABLE,
} from './option-table.ts';

it('the table tells the defaults of the policies', () => {
  for (const { probeIdleMs, switchBack } of [RESILIENT, DOUBAO_V1]) {
    expect([probeIdleMs, switchBack.canaryMs]).toEqual([DEFAULT_PROBE_INTERVAL_MS, DEFAULT_CANARY_MS]);
  }
  expect([RESILIENT.switchBack.rampMs, RESILIENT.leadStaysMs]).toEqual([
    DEFAULT_RAMP_MS,
    DEFAULT_LEAD_STAYS_MS,
  ]);
  expect(DOUBAO_V1.switchBack.shares).toHaveLength(1);
  const { default: leadStays } = OPTION_TABLE.find(({ path }) => path === 'health.leadStays') ?? {};
  expect(leadStays).toContain(`${DOUBAO_V1.leadStaysMs} with`);
});
