/** What an answer to a probe is worth. */
import type { DownReason } from './failure-detection.ts';
import type { Outcome } from './sample.ts';

/**
 * `alive`: the transport answers, or the probe never left, which says nothing about DNS. `unreachable`: no answer. The others are those of
 * the founding design. Only `healthy` counts as a success.
 */
export type ProbeVerdict =
  | 'healthy'
  | 'alive'
  | 'protocol-error'
  | 'misconfigured'
  | 'unhealthy'
  | 'unreachable';

/** An answer to an HTTP HEAD or POST. */
export interface HttpAnswer {
  readonly status: number;
  /** The `content-type` header as it came. */
  readonly contentType: string | undefined;
}

/** An answer to a real query, over whichever protocol. */
export interface QueryAnswer {
  /** Undefined where the protocol is not HTTPS. */
  readonly http?: HttpAnswer | undefined;
  /** Whether a DNS message came whose ID and question match. */
  readonly matches: boolean;
  /** RFC 1035 RCODE; undefined if no message could be read. */
  readonly rcode: number | undefined;
}

/** RFC 8484 §6. */
const DNS_MESSAGE = 'application/dns-message';
const NOERROR = 0;
const NXDOMAIN = 3;

/**
 * Level 1 of `doubao-v1`: HEAD on the DoH URL.
 *
 * @param answer undefined if none came
 */
export function judgeHeadStrictly(answer: HttpAnswer | undefined): ProbeVerdict {
  if (answer === undefined) return 'unreachable';
  if (answer.status === 405) return 'misconfigured';
  if (answer.status !== 200) return 'unhealthy';
  return isDnsMessage(answer) ? 'healthy' : 'protocol-error';
}

/**
 * Level 1 of `resilient`: any HTTP answer says that the transport lives. BIND and Unbound answer HEAD with 501,
 * others with 400 or 405, and all of them are healthy.
 *
 * @param answer undefined if none came
 */
export function judgeHeadLeniently(answer: HttpAnswer | undefined): ProbeVerdict {
  return answer === undefined ? 'unreachable' : 'alive';
}

/**
 * Level 2: a real query under a random label, for which NXDOMAIN is as good an answer as NOERROR.
 *
 * @param answer undefined if none came
 */
export function judgeQuery(answer: QueryAnswer | undefined): ProbeVerdict {
  if (answer === undefined) return 'unreachable';
  if (answer.http !== undefined) {
    if (answer.http.status !== 200) return 'unhealthy';
    if (!isDnsMessage(answer.http)) return 'protocol-error';
  }
  if (!answer.matches || answer.rcode === undefined) return 'protocol-error';
  return answer.rcode === NOERROR || answer.rcode === NXDOMAIN ? 'healthy' : 'unhealthy';
}

/**
 * A query over UDP or TCP. A server may know its own zones only and refuse every other name: that it does is an answer, and
 * takes back that it was silent. Where it was down for its errors, one more proves nothing.
 *
 * @param down why the upstream is down; undefined: it is not
 */
export function judgeOutcome(outcome: Outcome, down: DownReason | undefined): ProbeVerdict {
  switch (outcome) {
    case 'noerror':
    case 'nodata':
    case 'nxdomain':
      return 'healthy';
    case 'refused':
    case 'formerr':
    case 'notimp':
      return down === 'errors' ? 'unhealthy' : 'healthy';
    case 'servfail':
      return 'unhealthy';
    case 'malformed':
      return 'protocol-error';
    case 'local':
      // This machine could not send.
      return 'alive';
    default:
      return 'unreachable';
  }
}

/** Parameters after the media type are allowed; its case does not matter (RFC 9110 §8.3.1). */
function isDnsMessage({ contentType }: HttpAnswer): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === DNS_MESSAGE;
}
