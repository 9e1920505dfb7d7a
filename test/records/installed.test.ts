import { a, mx, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { startProgram } from '../program.ts';

function serverOf(address: string): Promise<DnsServer> {
  return startDnsServer({
    zone: { 'www.example.test': [a(address)], 'example.test': [mx(10, 'mail.example.test')] },
  });
}

describe.each(nodes)('on Node $version', (node) => {
  test("install({ functions: 'all' }) replaces what it says, and puts it back", async () => {
    await using server = await serverOf('192.0.2.1');
    await using other = await serverOf('198.51.100.1');
    const input = { server: server.endpoint, other: other.endpoint };
    using program = startProgram(node, new URL('installed.mjs', import.meta.url), { input });
    expect(await program.message()).toBe('done');
    expect(await program.ended).toEqual({ status: 0, stderr: '' });
    // The one query of c-ares is that of the function that was kept.
    const withoutOpt = [...server.queries, ...other.queries].filter(({ hasOpt }) => !hasOpt);
    expect(withoutOpt.map(({ name }) => name)).toEqual(['c-ares.example.test']);
  });
});
