/** What a leg brought, as the addon is told: the numbers are those of its samples. */

export const LegOutcome = {
  Answer: 0,
  Malformed: 7,
  Timeout: 8,
  Network: 9,
  Tls: 10,
  Http: 11,
  /** This thread could not ask; it says nothing about the server, and another thread may ask instead. */
  Local: 12,
} as const;

const OUTCOMES: ReadonlyMap<unknown, number> = new Map([
  ['malformed', LegOutcome.Malformed],
  ['timeout', LegOutcome.Timeout],
  ['network', LegOutcome.Network],
  ['tls', LegOutcome.Tls],
  ['http', LegOutcome.Http],
]);

/** @param error of the transport; whatever else it is, the server is not to blame */
export function outcomeOf(error: unknown): number {
  const { outcome } = (typeof error === 'object' && error !== null ? error : {}) as { outcome?: unknown };
  return OUTCOMES.get(outcome) ?? LegOutcome.Local;
}
