import { expect, it } from 'vitest';
import { composeSamples, Row } from '../test-support/compose-samples.ts';
import { readSampleRows } from './sample-rows.ts';

it('rows come in the order in which they happened, on the clock of this thread', () => {
  const octets = composeSamples([
    { upstream: 1, outcome: Row.NxDomain, elapsedMs: 12.5, name: 0xffff_fffe, ageMs: 5 },
    { upstream: 0, outcome: Row.Suspect, ageMs: 70 },
    { upstream: 0, outcome: Row.Timeout, flags: 1 | 4, elapsedMs: 150, ageMs: 90 },
    { upstream: 2, outcome: Row.Refused, flags: 2, elapsedMs: 8, ageMs: 0 },
    { upstream: 0, outcome: Row.Cleared, ageMs: 1 },
  ]);
  const timeout = { outcome: 'timeout', elapsedMs: 150, name: 1, atMs: 910, singleLabel: true };
  const denial = { outcome: 'nxdomain', elapsedMs: 12.5, name: 0xffff_fffe, atMs: 995, singleLabel: false };
  expect(readSampleRows(octets, 1000)).toEqual([
    { kind: 'query', upstream: 0, atMs: 910, sample: timeout },
    { kind: 'suspicion', upstream: 0, atMs: 930, suspect: true },
    { kind: 'query', upstream: 1, atMs: 995, sample: denial },
    { kind: 'suspicion', upstream: 0, atMs: 999, suspect: false },
    { kind: 'probe', upstream: 2, atMs: 1000, outcome: 'refused', elapsedMs: 8 },
  ]);
});

it('the addon knows 13 outcomes; what has another is left out', () => {
  const octets = composeSamples(Array.from({ length: 20 }, (_, outcome) => ({ upstream: 0, outcome })));
  const outcomes = readSampleRows(octets, 0).map((row) => row.kind === 'query' && row.sample.outcome);
  expect(outcomes).toEqual(
    'noerror nodata nxdomain servfail refused formerr notimp malformed timeout network tls http local'.split(
      ' ',
    ),
  );
});

it('rows may begin anywhere in their memory, and half a row is none', () => {
  const whole = composeSamples([{ upstream: 3, outcome: Row.NoError }]);
  const memory = new Uint8Array(1 + whole.length + 5);
  memory.set(whole, 1);
  expect(readSampleRows(memory.subarray(1), 0)).toMatchObject([{ upstream: 3 }]);
  expect(readSampleRows(new Uint8Array(0), 0)).toEqual([]);
});
