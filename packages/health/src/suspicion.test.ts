import { describe, expect, it } from 'vitest';
import { Suspicion } from './suspicion.ts';

/** An upstream that has just answered, at time 0. */
function heard(): Suspicion {
  const suspicion = new Suspicion(-1000);
  suspicion.heard(0);
  return suspicion;
}

describe('suspicion', () => {
  it('needs three overdue queries', () => {
    const suspicion = heard();
    expect([100, 101, 102].map((now) => suspicion.overdue(now, 30))).toEqual([false, false, true]);
    expect(suspicion.suspect).toBe(true);
    expect(suspicion.overdue(103, 30)).toBe(false);
  });

  it('needs silence for two hedge delays', () => {
    const suspicion = heard();
    expect([100, 150, 199, 200].map((now) => suspicion.overdue(now, 100))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('needs silence for 60 ms', () => {
    const suspicion = heard();
    expect([30, 40, 59, 60].map((now) => suspicion.overdue(now, 30))).toEqual([false, false, false, true]);
  });

  it('ends with the first answer, and begins counting anew', () => {
    const suspicion = heard();
    for (const now of [100, 101, 102]) suspicion.overdue(now, 30);
    suspicion.heard(110);
    expect(suspicion.suspect).toBe(false);
    expect([200, 201].map((now) => suspicion.overdue(now, 30))).toEqual([false, false]);
  });

  it('does not take a pause between queries for silence', () => {
    const suspicion = heard();
    suspicion.beginsWaiting(10_000);
    expect([10_030, 10_031, 10_032].map((now) => suspicion.overdue(now, 30))).toEqual([false, false, false]);
  });

  it('lets one query per hedge delay lead to a suspect', () => {
    const suspicion = heard();
    expect(suspicion.mayLead(90, 30)).toBe(true);
    for (const now of [100, 101, 102]) suspicion.overdue(now, 30);
    expect([110, 131, 132, 133, 161, 162].map((now) => suspicion.mayLead(now, 30))).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
  });
});
