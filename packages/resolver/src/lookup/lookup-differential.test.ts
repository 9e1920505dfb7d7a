import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nodes } from '../../../../test/nodes.ts';

const program = fileURLToPath(new URL('../../test-programs/lookup-differential.mjs', import.meta.url));
/** The program makes more than this many calls of each function; a few are left out on old versions. */
const FEWEST_COMPARISONS = 4_000;

describe.each(nodes)('dns.lookup of Node $version', ({ path }) => {
  it('and ours do the same for every argument that needs no query', { timeout: 120_000 }, async () => {
    const { stdout } = await promisify(execFile)(path, ['--no-deprecation', program], { maxBuffer: 2 ** 24 });
    const { count, differences } = JSON.parse(stdout) as { count: number; differences: unknown[] };
    expect(differences).toEqual([]);
    expect(count).toBeGreaterThan(FEWEST_COMPARISONS);
  });
});
