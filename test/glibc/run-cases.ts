/** Runs the table on glibc, which proves the table, and on the resolver, which the table is for. */
import { expect, it } from 'vitest';
import type { Case, Expectation } from './case.ts';
import { Machine, machinesAvailable, type Answer, type Subject } from './machine.ts';

const subjects: readonly Subject[] = ['getaddrinfo', 'resolver'];

/** Declares one test for each case. */
export function runCases(cases: readonly Case[]): void {
  for (const { title, environment, lookups, ...furniture } of cases) {
    it.runIf(machinesAvailable)(`${title}: as glibc`, async () => {
      await using machine = await Machine.start(furniture, environment);
      const found: Record<string, Answer> = {};
      const wanted: Record<string, Answer> = {};
      for (const subject of subjects) {
        for (const expectation of lookups) {
          const key = `${subject} ${describe(expectation)}`;
          const answer = await machine.lookup(subject, expectation);
          wanted[key] = wantedFrom(subject, expectation);
          found[key] = { ...answer, found: grouped(answer.found, wanted[key].found) };
        }
      }
      expect(found).toEqual(wanted);
    });
  }
}

function describe({ name, family = 0, hints = 0 }: Expectation): string {
  return `${name} family ${family} hints ${hints}`;
}

function wantedFrom(subject: Subject, { found, asked = [], resolver }: Expectation): Answer {
  if (subject === 'getaddrinfo' || resolver === undefined) return { found, asked };
  return { found: resolver.found ?? found, asked: resolver.asked ?? asked };
}

/** Joins addresses as the wanted ones are joined, if those that may change places did only that. */
function grouped(
  found: readonly string[] | string,
  wanted: readonly string[] | string,
): readonly string[] | string {
  if (typeof found === 'string' || typeof wanted === 'string') return found;
  const rest = [...found];
  const groups = wanted.map((group) => {
    const size = group.split(' ').length;
    const taken = rest.splice(0, size);
    return taken.toSorted().join(' ') === group.split(' ').toSorted().join(' ') ? group : taken.join(' ');
  });
  return [...groups.filter((group) => group !== ''), ...rest];
}
