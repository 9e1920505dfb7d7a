import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NativePlainServer, NativeStats } from './binding.ts';
import { loadBinding } from './load.ts';
import { ipv4, type Responder, startResponder } from './test-support/dns-responder.ts';
import { TestPort } from './test-support/port.mjs';

const A = 1;
const OK = 0;
const PRIVATE = 16;
const IPV4 = 1;

const binding = loadBinding();
let stranger: Responder;
let routed: Responder;

beforeAll(async () => {
  [stranger, routed] = await Promise.all([
    startResponder(() => [ipv4(203, 0, 113, 1)]),
    startResponder(() => [ipv4(10, 0, 0, 1)]),
  ]);
});

afterAll(async () => {
  await Promise.all([stranger.close(), routed.close()]);
});

const plain = ({ port }: Responder, isPublic = false): NativePlainServer => ({
  protocol: 'udp',
  address: '127.0.0.1',
  port,
  public: isPublic,
});

it('keeps private names from a public server, and tells of each suffix once', async () => {
  const port = new TestPort(binding);
  const handle = port.open(stranger.port, {
    servers: [plain(stranger, true)],
    privateNames: ['corp.example'],
    search: ['site.example'],
  });
  expect(await port.lookup(handle, 'www.example', IPV4)).toMatchObject({ addresses: ['203.0.113.1'] });
  for (const name of ['db.corp.example', 'x.corp.example', 'nas.local', 'host'])
    expect(await port.lookup(handle, name, IPV4)).toMatchObject({ status: PRIVATE, addresses: [] });
  const { detail } = await port.query(handle, 'db.corp.example', A);
  expect(JSON.parse(detail)).toMatchObject([{ server: `127.0.0.1:${stranger.port}`, status: PRIVATE }]);
  expect(stranger.questions).toEqual([{ name: 'www.example', rtype: A }]);
  const refused = (suffix: string) => ({ event: 'refused-suffix', handle, suffix });
  // The search list makes names of its own of those that fail as they are.
  const expected = [refused('corp.example'), refused('site.example'), refused('local'), refused('')];
  await expect.poll(() => port.events).toEqual(expected);
  binding.close(handle);
});

it('asks the servers of a route for its names, and nobody else', async () => {
  const port = new TestPort(binding);
  const handle = port.open(stranger.port, {
    servers: [plain(stranger, true)],
    routes: [{ suffix: 'corp.example', servers: [plain(routed)] }],
    search: ['corp.example'],
  });
  const before = stranger.questions.length;
  for (const name of ['db.corp.example', 'db'])
    expect(await port.lookup(handle, name, IPV4)).toMatchObject({ status: OK, addresses: ['10.0.0.1'] });
  expect(routed.questions).toEqual([{ name: 'db.corp.example', rtype: A }]);
  expect(stranger.questions.length).toBe(before);
  const { upstreams } = JSON.parse(binding.stats(handle)) as NativeStats;
  expect(upstreams).toMatchObject([
    { public: true, route: null },
    { id: `udp://127.0.0.1:${routed.port}`, public: false, route: 'corp.example' },
  ]);
  binding.close(handle);
});

it('refuses routes and suffixes that cannot be', () => {
  const port = new TestPort(binding);
  const server = plain(stranger);
  expect(() => port.open(0, { privateNames: ['a..b'] })).toThrow('privateNames: "a..b" is not a domain name');
  const open = (suffix: string, servers: readonly NativePlainServer[]) =>
    port.open(0, { routes: [{ suffix, servers }] });
  expect(() => open('.', [server])).toThrow('routes: "." is not a domain name');
  expect(() => open('corp.example', [])).toThrow('routes: "corp.example" needs at least one server');
  expect(() => open('corp.example', [plain(stranger, true)])).toThrow(
    'routes: "corp.example" leads to a public server',
  );
});
