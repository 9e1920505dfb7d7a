/** What came of one query, and what that says about the upstream. */

/**
 * How a query to one upstream ended. `formerr`, `notimp`: after the remedies of EDNS. `malformed`: it matched and could
 * not be read. `network`: unreachable, refused, reset. `tls`, `http`: no DNS message came through. `local`: this
 * machine could not send.
 */
export type Outcome =
  | 'noerror'
  | 'nodata'
  | 'nxdomain'
  | 'servfail'
  | 'refused'
  | 'formerr'
  | 'notimp'
  | 'malformed'
  | 'timeout'
  | 'network'
  | 'tls'
  | 'http'
  | 'local';

/** One answer or timeout of one upstream. */
export interface Sample {
  /** The upstream's id. */
  readonly upstream: string;
  readonly outcome: Outcome;
  /** Milliseconds from sending until the answer, or until no answer was waited for any longer. */
  readonly elapsedMs: number;
  /** What was asked for; only compared for equality. Absent: not known. */
  readonly name?: string | number | undefined;
  /** When it ended, milliseconds of the monotonic clock. Absent: now. */
  readonly atMs?: number | undefined;
  /**
   * The name has one label. systemd-resolved answers these with SERVFAIL or REFUSED where it means that there is no
   * such name, so that neither says anything about the upstream.
   */
  readonly singleLabel?: boolean | undefined;
  /** Milliseconds that the event loop was late when JavaScript took the sample. */
  readonly loopLateMs?: number | undefined;
}

/** `success`, an `error` that came as an answer, `silence` (no DNS message came), or `nothing` at all about the upstream. */
export type Meaning = 'success' | 'error' | 'silence' | 'nothing';

/** A sample taken by an event loop that is later than this measures the event loop. */
export const MAX_LOOP_LATE_MS = 50;

const MEANING: Readonly<Record<Outcome, Meaning>> = {
  noerror: 'success',
  nodata: 'success',
  // A denial is an answer: names that do not exist never fail over.
  nxdomain: 'success',
  servfail: 'error',
  refused: 'error',
  formerr: 'error',
  notimp: 'error',
  malformed: 'error',
  timeout: 'silence',
  network: 'silence',
  tls: 'silence',
  http: 'silence',
  local: 'nothing',
};

/** What a sample says about its upstream. */
export function meaningOf(sample: Sample): Meaning {
  if ((sample.loopLateMs ?? 0) > MAX_LOOP_LATE_MS) return 'nothing';
  const { outcome } = sample;
  if (sample.singleLabel === true && (outcome === 'servfail' || outcome === 'refused')) return 'nothing';
  return MEANING[outcome];
}
