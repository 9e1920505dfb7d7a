/** What must be true of a load, whatever happens to its servers. */
import { expect } from 'vitest';
import type { Phase } from './load.ts';

/** Every lookup is settled once, by a right answer. */
export function expectNothingLost(phases: readonly Phase[]): void {
  for (const phase of phases) {
    expectOnlyFailures(phase, []);
    expect(phase.byPrimary + phase.byFallback).toBe(phase.started);
  }
}

/** Every lookup is settled once, by a right answer or with one of these codes. */
export function expectOnlyFailures(phase: Phase, codes: readonly string[]): void {
  const { name, failures, wrong, twice } = phase;
  const others = Object.keys(phase.codes).filter((code) => !codes.includes(code));
  const shown = others.length > 0 ? failures : [];
  expect({ name, others, shown, wrong, twice }).toEqual({ name, others: [], shown: [], wrong: [], twice: 0 });
  expect(phase.settled).toBe(phase.started);
}

/** The phase of that name. */
export function phaseNamed(phases: readonly Phase[], name: string): Phase {
  const found = phases.find((phase) => phase.name === name);
  if (found === undefined) throw new Error(`There was no phase ${name}`);
  return found;
}
