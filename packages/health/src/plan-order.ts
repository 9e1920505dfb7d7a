/** Carrying out a plan: who is asked about a name, in which order, and who when that is late. */
import { nameFraction } from './name-fraction.ts';
import type { PlannedUpstream, Plan } from './plan.ts';
import { chooseOfTwo, draw } from './ranking.ts';
import type { Condition } from './upstream.ts';

/** One query. */
export interface Asking {
  /** ASCII, with or without trailing dot. */
  readonly name: string;
  /** Whether the name may be told to an upstream at all; what it may not be told does not exist for this query. */
  readonly isAllowed?: ((upstream: PlannedUpstream) => boolean) | undefined;
  /** Queries that an upstream has not answered yet. */
  readonly inflight?: ((id: string) => number) | undefined;
}

const GRADE: Readonly<Record<Condition, number>> = { up: 0, suspect: 1, down: 2 };

/**
 * Upstreams in the order in which one query goes about them. Whether it may go on from the primary to the fallback class
 * is for {@link mayAskFallback} to say, unless the plan lets that class lead.
 *
 * @param random uniform in [0, 1)
 */
export function orderFor(plan: Plan, asking: Asking, random: () => number): readonly PlannedUpstream[] {
  const { name, isAllowed = () => true, inflight = () => 0 } = asking;
  const allowed = plan.upstreams.filter((upstream) => isAllowed(upstream));
  const { canary } = plan;
  const inCanary = canary !== undefined && nameFraction(name) < canary.share;
  const place = ({ id, class: of }: PlannedUpstream): number =>
    id === canary?.upstream ? 0 : of === 'primary' ? 1 : 2;
  const preferred = inCanary ? allowed.toSorted((a, b) => place(a) - place(b)) : allowed;
  const order = preferred.toSorted((a, b) => GRADE[a.condition] - GRADE[b.condition]);
  const first = order[0];
  if (plan.selection === 'in-order' || plan.ordered || inCanary || first?.class !== 'primary') return order;
  const contenders = order
    .filter((upstream) => upstream.class === 'primary' && upstream.condition === first.condition)
    .map((upstream) => ({
      id: upstream.id,
      score: upstream.score,
      inflight: inflight(upstream.id),
      upstream,
    }));
  const chosen = chooseOfTwo(contenders, random)?.upstream ?? first;
  return [chosen, ...order.filter((upstream) => upstream !== chosen)];
}

/**
 * Who is asked too when an answer is late: the next of the same class that is up, else the same upstream again, from
 * another socket.
 *
 * @param order of {@link orderFor}; not empty
 * @param late who was asked first
 * @param asked ids of all who were asked
 */
export function hedgeTarget(
  order: readonly PlannedUpstream[],
  late: PlannedUpstream,
  asked: ReadonlySet<string>,
): PlannedUpstream {
  const next = order.find(
    ({ id, class: of, condition }) => of === late.class && condition === 'up' && !asked.has(id),
  );
  return next ?? late;
}

/**
 * Who gets a copy of this query so that it is measured too: in few queries, and never of another class, because a
 * fallback must not be told what a primary is asked.
 *
 * @param asked who gets the query itself
 */
export function explorationTarget(
  plan: Plan,
  asked: PlannedUpstream,
  random: () => number,
): PlannedUpstream | undefined {
  const interchangeable = asked.class === 'fallback' || !plan.ordered;
  if (!interchangeable || random() >= plan.exploration) return undefined;
  const others = plan.upstreams.filter(
    ({ id, class: of, condition }) => of === asked.class && id !== asked.id && condition !== 'down',
  );
  return others[draw(others.length, random)];
}
