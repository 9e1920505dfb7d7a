/** How upstreams are judged: by the preset, and by what the user says otherwise. */
import type { HealthPolicy } from '@doubao/resolver-health';
import type { EngineOptions } from '../configuration/options.ts';
import type { Health } from './health.ts';

/** The options that are about it. */
export type HealthSettings = Pick<EngineOptions, 'preset' | 'health'>;

export function policyOf({ DOUBAO_V1, RESILIENT }: Health, { preset, health }: HealthSettings): HealthPolicy {
  const policy = preset === 'doubao-v1' ? DOUBAO_V1 : RESILIENT;
  const { switchBack } = policy;
  const {
    probeInterval = policy.probeIdleMs,
    leadStays = policy.leadStaysMs,
    canary = switchBack.canaryMs,
    ramp = switchBack.rampMs,
  } = health;
  return {
    ...policy,
    probeIdleMs: probeInterval,
    leadStaysMs: leadStays,
    switchBack: { ...switchBack, canaryMs: canary, rampMs: ramp },
  };
}
