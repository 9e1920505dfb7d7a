/** Which answer wins when several upstreams were asked the same: the first acceptable one, not the first. */
import type { Outcome } from './sample.ts';
import type { UpstreamClass } from './upstream.ts';

/** What an upstream answered. */
export interface RaceAnswer {
  readonly outcome: Outcome;
  /** Whether the authority section holds a SOA record; without it NODATA proves nothing (RFC 2308 §2.2). */
  readonly hasSoa: boolean;
}

/** One upstream in a race. */
export interface Entrant {
  readonly id: string;
  readonly class: UpstreamClass;
  /**
   * Undefined while it may still answer. An upstream that was passed over because it is suspect may still be asked, and
   * so belongs into the race of an ordered list.
   */
  readonly answer: RaceAnswer | undefined;
}

/** `won`: that upstream's answer counts. `failed`: all have ended and none is acceptable. */
export type RaceResult = { readonly state: 'won'; readonly id: string } | { readonly state: 'failed' };

/** `data`, a `denial` that is proven, or no answer that may win: SERVFAIL, REFUSED, an unproven denial, silence. */
type Worth = 'data' | 'denial' | 'none';

/**
 * Judges a race each time an answer came in.
 *
 * Data wins at once. So does a proven denial by a primary, but in an ordered list only when every earlier primary has
 * failed: the first nameserver of a VPN knows names that the second denies. SERVFAIL and REFUSED wait for the others,
 * however fast they came. A fallback's denial never wins: internal names do not exist for it.
 *
 * @param entrants primaries in their order
 * @param ordered the primaries are an ordered list, not a pool
 * @returns undefined while it is open
 */
export function judgeRace(entrants: readonly Entrant[], ordered: boolean): RaceResult | undefined {
  for (const entrant of entrants) {
    if (worthOf(entrant) === 'data') return { state: 'won', id: entrant.id };
  }
  let earlierMayAnswer = false;
  for (const entrant of entrants) {
    if (entrant.class === 'primary') {
      if (worthOf(entrant) === 'denial' && !(ordered && earlierMayAnswer)) {
        return { state: 'won', id: entrant.id };
      }
      earlierMayAnswer ||= entrant.answer === undefined;
    }
  }
  return entrants.every(({ answer }) => answer !== undefined) ? { state: 'failed' } : undefined;
}

function worthOf({ class: of, answer }: Entrant): Worth {
  switch (answer?.outcome) {
    case 'noerror':
      return 'data';
    case 'nxdomain':
      return of === 'primary' ? 'denial' : 'none';
    case 'nodata':
      return of === 'primary' && answer.hasSoa ? 'denial' : 'none';
    default:
      return 'none';
  }
}
