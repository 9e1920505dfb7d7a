/** What an input to the health state leads to. */
import type { HealthEvent } from './event.ts';
import type { Plan } from './plan.ts';
import type { ProbeRequest } from './probe-request.ts';

/** What follows from an input. */
export interface Step {
  readonly plan: Plan;
  /** Whether the plan is another one than that of the step before. */
  readonly changed: boolean;
  /** Since the step before, in order. */
  readonly events: readonly HealthEvent[];
  /** To be made now, each once; report with `probed`. */
  readonly probes: readonly ProbeRequest[];
  /** When to call `advance`, milliseconds of the monotonic clock; Infinity: not before the next input. */
  readonly wakeAtMs: number;
}
