import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  a,
  aaaa,
  failure,
  selfSignedCertificate,
  startDnsServer,
  type DnsServer,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../dist/doubao-resolver.js', import.meta.url));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command in a process of its own, its output not a terminal. */
function run(...args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (stderr += String(chunk)));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

describe('query', () => {
  let server: DnsServer;
  let from: string;

  beforeAll(async () => {
    server = await startDnsServer({
      zone: {
        'both.cli.test': [a('192.0.2.1', 60), aaaa('2001:db8::1', 60)],
        'four.cli.test': a('192.0.2.2', 60),
        'broken.cli.test': failure('SERVFAIL'),
      },
    });
    from = `--server=udp://${server.endpoint}`;
  });
  afterAll(() => server.close());

  it('prints the addresses of both families, where they came from and how long they are kept', async () => {
    const { status, stdout, stderr } = await run('query', 'both.cli.test', from);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 2).toSorted()).toEqual([
      'both.cli.test\tA   \t192.0.2.1',
      'both.cli.test\tAAAA\t2001:db8::1',
    ]);
    expect(lines[2]).toMatch(/^source: upstream, (5[4-9]|60) s left, [\d.]+ (µs|ms)$/);
    expect(lines[3]).toMatch(/^asked again: cache, (5[4-9]|60) s left, [\d.]+ (µs|ms)$/);
    expect(server.queriesFor({ name: 'both.cli.test' })).toHaveLength(2);
  });

  it('asks for the one type given, and prints JSON', async () => {
    const { status, stdout } = await run('query', 'four.cli.test', 'a', from, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'four.cli.test',
      type: 'A',
      addresses: [{ address: '192.0.2.2', family: 4 }],
      source: 'upstream',
      again: { source: 'cache' },
    });
    expect(server.queriesFor({ name: 'four.cli.test' }).map(({ type }) => type)).toEqual(['A']);
  });

  it('exits 1 where there is no address, with what each server did', async () => {
    const { status, stdout, stderr } = await run('query', 'broken.cli.test', from);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('getaddrinfo EAI_AGAIN broken.cli.test\n');
    expect(stderr).toContain(`  ${server.endpoint} over udp: SERVFAIL after `);
  });

  it('says the same in JSON', async () => {
    const { status, stdout, stderr } = await run('query', 'missing.cli.test', from, '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      name: 'missing.cli.test',
      type: null,
      error: { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND missing.cli.test', failures: [] },
    });
  });

  it('asks over HTTPS, and tells nothing to a server that it cannot trust', async () => {
    const { cert, key } = selfSignedCertificate('dns.cli.test');
    await using stranger = await startDnsServer({ transports: ['https'], tls: { cert, key } });
    const url = `https://${stranger.endpoint}/dns-query`;
    const { status, stdout, stderr } = await run('query', 'both.cli.test', 'A', '--server', url);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('getaddrinfo EAI_AGAIN both.cli.test');
    expect(stderr).toMatch(/over https: TLS after \d+ ms\. No encrypted connection that can be trusted/);
    expect(stranger.queries).toEqual([]);
  });

  it('gives an address back, and asks nobody', async () => {
    const asked = server.queries.length;
    const { status, stdout } = await run('query', '2001:db8::5', from);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^2001:db8::5\tAAAA\t2001:db8::5\nsource: literal, /);
    expect(server.queries).toHaveLength(asked);
  });
});

describe('the command line', () => {
  it.each([
    [[], 'a command is missing', 'Usage: doubao-resolver COMMAND'],
    [['query'], 'NAME is missing', 'Usage: doubao-resolver query NAME'],
    [
      ['query', 'a.test', '--server', 'quic://1.1.1.1'],
      'option servers[0]: the protocol quic is not supported, only udp, tcp, tls and https are',
      'Usage: doubao-resolver query NAME',
    ],
    [['demo', '--jsn'], 'unknown option --jsn', 'Usage: doubao-resolver demo'],
  ])('%j is a usage error', async (args, message, usage) => {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.startsWith(`doubao-resolver: ${message}\n\n${usage}`)).toBe(true);
  });

  it('prints help and version on standard output', async () => {
    expect(await run('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(await run('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  });
});

it('shows a demo of which every stage does what it says', { timeout: 240_000 }, async () => {
  const { status, stdout, stderr } = await run('demo', '--json');
  const { ok, stages } = JSON.parse(stdout) as { ok: boolean; stages: { title: string; ok: boolean }[] };
  expect({ ok, stderr, failed: stages.filter((stage) => !stage.ok) }).toEqual({
    ok: true,
    stderr: '',
    failed: [],
  });
  expect(stages).toHaveLength(8);
  expect(status).toBe(0);
});
