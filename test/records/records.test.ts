import {
  available,
  type RealServer,
  type RealServerOptions,
  startBind,
  startNsd,
} from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { startProgram } from '../program.ts';
import { questions } from './questions.ts';
import { richZones } from './rich-zones.ts';

interface Verdict {
  /** How many questions had a result, and how many an error. */
  readonly found: number;
  readonly failed: number;
  readonly differences: readonly string[];
}

const servers: readonly [
  name: string,
  program: 'nsd' | 'named',
  start: (options: RealServerOptions) => Promise<RealServer>,
][] = [
  ['NSD', 'nsd', startNsd],
  ['BIND', 'named', startBind],
];

const program = new URL('ask-both.mjs', import.meta.url);

for (const [name, daemon, start] of servers) {
  describe.skipIf(!available(daemon))(`every record type, served by ${name}`, () => {
    test.each(nodes)('is what node:dns of Node $version gives', async (node) => {
      await using server = await start({ zones: richZones });
      using asking = startProgram(node, program, { input: { server: server.endpoint, questions } });
      expect(await asking.message()).toBe('asked by this package');
      const ours = await server.settledQueries();
      server.clearQueries();
      asking.send({});
      const { found, failed, differences } = (await asking.message()) as Verdict;
      const cares = await server.settledQueries();
      expect(differences).toEqual([]);
      // A zone that is not loaded would be a test of errors alone.
      expect(Math.min(found, failed)).toBeGreaterThan(150);
      // Node asks by c-ares without EDNS, so a query of c-ares among ours would be one without OPT.
      expect(ours.filter(({ hasOpt }) => !hasOpt)).toEqual([]);
      expect(cares.filter(({ hasOpt }) => hasOpt)).toEqual([]);
      for (const queries of [ours, cares]) {
        expect(queries.length).toBeGreaterThan(questions.length / 2);
        expect(queries.some(({ transport }) => transport === 'tcp')).toBe(true);
      }
    });
  });
}
