/** What must be true of a load, whatever happens to its servers. */
import { expect } from 'vitest';
import type { LoadEvent, Phase } from './load.ts';

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

const transitions = ['failover', 'prepare', 'canary', 'ramp', 'switchback', 'switch-back-failed'];

/** How the class that leads changed, in order; each step of a ramp belongs to the same. */
export function classTransitions(events: readonly LoadEvent[]): string[] {
  const types = events.map(({ type }) => type).filter((type) => transitions.includes(type));
  return types.filter((type, at) => type !== types[at - 1]);
}
