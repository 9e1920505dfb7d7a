/** When an upstream is down. */
import type { FailureEvidence } from './failure-evidence.ts';

/** Both presets: so many queries in a row without an answer. */
const SILENCES = 3;
/** `resilient`: of so many names, where more than one is asked for. */
const SILENT_NAMES = 2;
/** `resilient`: milliseconds without an answer of any kind. A mere count of 3 trips within seconds at 5 % loss. */
const SILENCE_MS = 1000;
/** `resilient`: so large a share of errors, */
const ERROR_SHARE = 0.2;
/** among so many answers, */
const ERROR_ANSWERS = 10;
/** of so many names: one broken zone, asked for again and again, is not a broken upstream. */
const ERROR_NAMES = 3;

/**
 * `silence`: it does not answer. `errors`: it answers SERVFAIL or REFUSED. `probes`: it fails its probes. `inherited`: who
 * decided before said so.
 */
export type DownReason = 'silence' | 'errors' | 'probes' | 'inherited';

/** How a preset judges evidence. */
export interface FailureRule {
  /** Undefined: not down. */
  reason(evidence: FailureEvidence, nowMs: number): DownReason | undefined;
  /** When time alone makes it down, milliseconds of the monotonic clock; Infinity: never. */
  dueAtMs(evidence: FailureEvidence, nowMs: number): number;
}

/**
 * `doubao-v1`: three timeouts of more than 1000 ms in a row, or one SERVFAIL. A query that the network refused outright
 * counts as such a timeout: it will not be answered either.
 */
export const DOUBAO_V1_FAILURE: FailureRule = {
  reason(evidence) {
    if (evidence.longSilences >= SILENCES) return 'silence';
    return evidence.servfails > 0 ? 'errors' : undefined;
  },
  dueAtMs: () => Infinity,
};

/**
 * `resilient`: at least three timeouts, of at least two names where more than one is asked for, *and* no answer of any
 * kind for a second; or at least 20 % errors among at least ten answers, the errors of at least three names.
 */
export const RESILIENT_FAILURE: FailureRule = {
  reason(evidence, nowMs) {
    if (nowMs >= silentAtMs(evidence, nowMs)) return 'silence';
    const { answers, errors, names } = evidence.errors(nowMs);
    const many = answers >= ERROR_ANSWERS && errors >= ERROR_SHARE * answers && names >= ERROR_NAMES;
    return many ? 'errors' : undefined;
  },
  dueAtMs: silentAtMs,
};

function silentAtMs(evidence: FailureEvidence, nowMs: number): number {
  if (evidence.silences < SILENCES) return Infinity;
  if (evidence.severalNames(nowMs) && evidence.silentNames < SILENT_NAMES) return Infinity;
  return evidence.silentSinceMs + SILENCE_MS;
}
