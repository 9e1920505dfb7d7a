import { describe, expect, it, test } from 'vitest';
import { type Entrant, judgeRace } from './race.ts';
import type { Outcome } from './sample.ts';
import type { UpstreamClass } from './upstream.ts';

const entrant = (
  id: string,
  outcome?: Outcome,
  { hasSoa = true, of = 'primary' as UpstreamClass } = {},
): Entrant => ({ id, class: of, answer: outcome === undefined ? undefined : { outcome, hasSoa } });
const fallback = (id: string, outcome?: Outcome): Entrant => entrant(id, outcome, { of: 'fallback' });
const won = (id: string) => ({ state: 'won', id });

describe('a pool', () => {
  test.each(['noerror', 'nodata', 'nxdomain'] as const)('%s wins at once', (outcome) => {
    expect(judgeRace([entrant('a'), entrant('b', outcome)], false)).toEqual(won('b'));
  });

  test.each(['servfail', 'refused', 'formerr', 'malformed', 'timeout', 'network'] as const)(
    'a fast %s waits for the others',
    (outcome) => {
      expect(judgeRace([entrant('a', outcome), entrant('b')], false)).toBeUndefined();
      expect(judgeRace([entrant('a', outcome), entrant('b', 'noerror')], false)).toEqual(won('b'));
      expect(judgeRace([entrant('a', outcome), entrant('b', 'servfail')], false)).toEqual({
        state: 'failed',
      });
    },
  );

  it('lets no NODATA without SOA win', () => {
    const lying = entrant('a', 'nodata', { hasSoa: false });
    expect(judgeRace([lying, entrant('b')], false)).toBeUndefined();
    expect(judgeRace([lying, entrant('b', 'noerror')], false)).toEqual(won('b'));
    expect(judgeRace([lying], false)).toEqual({ state: 'failed' });
  });

  it('prefers data to a denial that came with it', () => {
    expect(judgeRace([entrant('a', 'nxdomain'), entrant('b', 'noerror')], false)).toEqual(won('b'));
  });
});

describe('an ordered list', () => {
  it("takes a later server's data at once", () => {
    expect(judgeRace([entrant('vpn'), entrant('isp', 'noerror')], true)).toEqual(won('isp'));
  });

  it("holds a later server's denial while an earlier one may answer", () => {
    expect(judgeRace([entrant('vpn'), entrant('isp', 'nxdomain')], true)).toBeUndefined();
    expect(judgeRace([entrant('vpn', 'noerror'), entrant('isp', 'nxdomain')], true)).toEqual(won('vpn'));
  });

  it('takes it when every earlier one has failed', () => {
    expect(judgeRace([entrant('vpn', 'servfail'), entrant('isp', 'nxdomain')], true)).toEqual(won('isp'));
  });

  it("takes the first server's denial at once", () => {
    expect(judgeRace([entrant('vpn', 'nxdomain'), entrant('isp')], true)).toEqual(won('vpn'));
  });
});

describe('a fallback', () => {
  it('wins with data', () => {
    expect(judgeRace([entrant('a'), fallback('f', 'noerror')], true)).toEqual(won('f'));
  });

  test.each(['nxdomain', 'nodata'] as const)('never wins with %s', (outcome) => {
    expect(judgeRace([entrant('a'), fallback('f', outcome)], true)).toBeUndefined();
    expect(judgeRace([entrant('a', 'timeout'), fallback('f', outcome)], true)).toEqual({ state: 'failed' });
  });
});
