/** The part of a plan that the addon carries out. */
import type { Inherited, Plan } from '@doubao/resolver-health';
import type { NativeDirection, NativeUpstreams } from '../native/binding.ts';

/** Digits of a score that are worth telling: more would make of each sort another direction. */
const SCORE_DIGITS = 3;

/** What a plan says, apart from whose it is and which. */
export type DirectionContent = Omit<NativeDirection, 'namespace' | 'version'>;

/** @param numbered all upstreams of the plan, by their number */
export function contentOf(plan: Plan, numbered: NativeUpstreams['upstreams']): DirectionContent {
  const numberOf = new Map(numbered.map(({ id }, number) => [id, number]));
  // Every upstream of a plan is one of those that it was made for.
  const number = (id: string): number => numberOf.get(id) as number;
  const scores = numbered.map(() => 0);
  for (const { id, score } of plan.upstreams) scores[number(id)] = Number(score.toFixed(SCORE_DIGITS));
  const { canary, shadow, fallbackLeads, racing, selection, exploration } = plan;
  return {
    order: plan.upstreams.map(({ id }) => number(id)),
    down: plan.upstreams.filter(({ condition }) => condition === 'down').map(({ id }) => number(id)),
    // Only the choice between two looks at them.
    scores: selection === 'two-choices' && !plan.ordered ? scores : [],
    fallbackLeads,
    racing,
    canary: canary === undefined ? null : { upstream: number(canary.upstream), share: canary.share },
    shadow: shadow === undefined ? null : number(shadow),
    selection: plan.ordered ? 'in-order' : selection,
    exploration,
  };
}

/** What somebody else decided, for who decides from now on. @param direction as the addon has it, or empty */
export function inheritedFrom(
  direction: string,
  { namespace, upstreams }: NativeUpstreams,
): (Inherited & { readonly version: number }) | undefined {
  if (direction === '') return undefined;
  const found = JSON.parse(direction) as NativeDirection;
  if (found.namespace !== namespace) return undefined;
  const idOf = (number: number | undefined): string => upstreams[number ?? -1]?.id ?? '';
  return {
    version: found.version,
    down: found.down.map(idOf),
    fallbackLeads: found.fallbackLeads,
    lead: idOf(found.order[0]),
  };
}
