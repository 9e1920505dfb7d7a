import type { Sample } from './experiment.ts';
import { interruption } from './interruption.ts';

/** Runs a case by its arguments. */
export type CaseProgram<Arguments extends readonly unknown[]> = (...args: Arguments) => Promise<Sample>;

/** What was built; where it cannot be built here, a program that fails with the reason, so that the others still run. */
export async function optionalProgram<Arguments extends readonly unknown[]>(
  built: Promise<CaseProgram<Arguments>>,
): Promise<CaseProgram<Arguments>> {
  try {
    return await built;
  } catch (error) {
    interruption.throwIfAborted();
    return () => Promise.reject(error);
  }
}
