import * as health from '@doubao/resolver-health';
import { expect, it } from 'vitest';
import { readOptions } from '../configuration/options.ts';
import { policyOf } from './policy.ts';

it('without options the policy is that of the preset', () => {
  expect(policyOf(health, readOptions({}))).toEqual(health.RESILIENT);
  expect(policyOf(health, readOptions({ preset: 'doubao-v1' }))).toEqual(health.DOUBAO_V1);
});

it('options replace what they name, and nothing else', () => {
  const options = { probeInterval: 500, canary: 2000, ramp: 1000, leadStays: 3000 };
  const policy = policyOf(health, readOptions({ health: options }));
  expect(policy).toEqual({
    ...health.RESILIENT,
    probeIdleMs: 500,
    leadStaysMs: 3000,
    switchBack: { ...health.RESILIENT.switchBack, canaryMs: 2000, rampMs: 1000 },
  });
});
