import type { CaseSpec, ExperimentSpec } from '../harness/experiment.ts';
import type { Player } from './program.ts';

const fixed = 'fixed 300 s';
const dynamic = 'dynamic, ahead, jitter (doubao-v1)';
const byDefault = 'authoritative, ahead, jitter (resilient)';

/** Presets as the program names them. */
const presets: Readonly<Record<string, string>> = {
  'fixed 60 s': 'fixed-60',
  [fixed]: 'fixed-300',
  'fixed 300 s, jitter': 'fixed-300-jitter',
  authoritative: 'authoritative',
  'authoritative, ahead': 'authoritative-ahead',
  [byDefault]: 'resilient',
  dynamic: 'dynamic',
  'dynamic, ahead': 'dynamic-ahead',
  [dynamic]: 'doubao-v1',
};

/** A day of lookups, which README.md describes, under every policy in time. */
export function day(play: Player): ExperimentSpec {
  return {
    id: 'cache-day',
    row: 7,
    title: 'a made-up day of a service: how long answers count as fresh',
    metrics: {
      hot: { unit: '% hits, 100 hot names', digits: 1 },
      all: { unit: '% hits, all names', digits: 1 },
      queries: { unit: 'queries', digits: 0 },
      waits: { unit: 'lookups that waited', digits: 0 },
      waited: { unit: 's waited in all', digits: 0 },
      past: { unit: '% past their TTL', digits: 1 },
      peak: { unit: 'queries in the busiest second', digits: 0 },
    },
    cases: Object.entries(presets).map(([name, preset]): CaseSpec => ({
      name,
      run: () => play('day', preset),
    })),
    budgets: [
      {
        text: 'dynamic TTL with refresh-ahead: hot hits not below a fixed TTL of 300 s',
        metric: 'hot',
        subject: dynamic,
        against: fixed,
        relation: 'excess',
        bound: 'at least',
        limit: 0,
      },
      {
        text: 'by default nothing fresh past its authoritative TTL',
        metric: 'past',
        subject: byDefault,
        relation: 'value',
        bound: 'at most',
        limit: 0,
      },
    ],
    rounds: 1,
    exact: true,
  };
}
