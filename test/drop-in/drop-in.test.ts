import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { available, startNsd, type RealServer } from '@doubao/resolver-testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodes, type Node } from '../nodes.ts';
import { startProgram, type Ending, type ProgramOptions } from '../program.ts';
import { clients } from './clients.ts';
import { openDoor } from './door.ts';
import { startServices, type RunningServices, type Services } from './services.ts';

const apex = 'drop-in.test';

/** Of a whole test, on a machine that is busy with others. */
const patienceMs = 180_000;

/** Nobody asks again because a loaded machine was slow, nor before an answer expires: the query log is to be exact. */
const patience = { timeout: 60_000, deadline: 120_000, hedge: false };
const hourSeconds = 3600;

/** Programs connect to the first address, however long a loaded machine takes, so that connections can be counted. */
const oneAddressAtATime = '--network-family-autoselection-attempt-timeout=60000';

/** Through which a program would reach none of the servers here. */
const noProxies = { http_proxy: '', https_proxy: '', grpc_proxy: '', HTTP_PROXY: '', HTTPS_PROXY: '' };

/** What a lookup with ADDRCONFIG asks for: both types, or only one if the machine has no other addresses than those. */
function typesForThisMachine(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const families = new Set(
    addresses
      .filter(({ address }) => address !== '127.0.0.1' && address !== '::1')
      .map(({ family }) => family),
  );
  if (families.size !== 1) return bothTypes;
  return families.has('IPv4') ? ['A'] : ['AAAA'];
}
const bothTypes = ['A', 'AAAA'];
const thisMachine = typesForThisMachine();

const labelOf = (use: string, node: Node): string => `${use}-${node.major}`;

describe.runIf(available('nsd'))('a name that only NSD knows', { timeout: patienceMs }, () => {
  let nsd: RealServer;
  let running: RunningServices;

  beforeAll(async () => {
    const zone = [
      `$ORIGIN ${apex}.`,
      `$TTL ${hourSeconds}`,
      `@ SOA ns hostmaster 1 3600 600 86400 ${hourSeconds}`,
      '@ NS ns',
      'ns A 127.0.0.1',
      '* A 127.0.0.1',
      '* AAAA ::1',
      ...clients
        .filter(({ onlyIPv4 = false }) => onlyIPv4)
        .flatMap(({ program }) => nodes.map((node) => `${labelOf(program, node)} A 127.0.0.1`)),
      '',
    ];
    nsd = await startNsd({ zones: { [apex]: zone.join('\n') } });
    running = await startServices(apex);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await nsd?.close();
  });

  /** Runs a program to its end, against a port and a name of its own. */
  async function run(
    node: Node,
    program: string,
    service: keyof Services,
    use: string,
    { input = {}, env = {}, execArgv = [] }: ProgramOptions,
  ): Promise<Ending & { connections: number; asked: string[] }> {
    await using door = await openDoor(running.services[service]);
    const name = `${labelOf(use, node)}.${apex}`;
    using child = startProgram(node, new URL(`programs/${program}.mjs`, import.meta.url), {
      input: { host: name, port: door.port, ...input },
      env: { ...noProxies, NODE_EXTRA_CA_CERTS: running.certificatePath, ...env },
      execArgv: [oneAddressAtATime, ...execArgv],
    });
    const ending = await child.ended;
    const queries = await nsd.settledQueries({ name });
    return { ...ending, connections: door.connections, asked: queries.map(({ type }) => type).toSorted() };
  }

  const environment = (): Record<string, string> => ({
    DOUBAO_RESOLVER_SERVERS: `udp://${nsd.endpoint}`,
    DOUBAO_RESOLVER_TIMEOUT: `${patience.timeout}`,
    DOUBAO_RESOLVER_DEADLINE: `${patience.deadline}`,
    DOUBAO_RESOLVER_HEDGE: `${patience.hedge}`,
  });

  describe.each(nodes)('on Node $version', (node) => {
    for (const { title, program, service, since = 0, allFamilies = false } of clients) {
      test
        .runIf(node.major >= since)
        .concurrent(`${title} connects to it 20 times after one lookup`, async () => {
          const execArgv = ['--import', '@doubao/resolver/register'];
          expect(await run(node, program, service, program, { env: environment(), execArgv })).toEqual({
            status: 0,
            stderr: '',
            connections: 20,
            asked: allFamilies ? bothTypes : thisMachine,
          });
        });
    }

    test.concurrent('the same with --require and a configuration file', async () => {
      const path = join(running.folder, `configuration-${node.major}.json`);
      await writeFile(path, JSON.stringify({ servers: [`udp://${nsd.endpoint}`], ...patience }));
      const env = { DOUBAO_RESOLVER_CONFIG: path };
      const execArgv = ['--require', '@doubao/resolver/register'];
      expect(await run(node, 'http-get', 'http', 'require', { env, execArgv })).toEqual({
        status: 0,
        // Node 20 warns that it requires an ES module.
        stderr: expect.any(String),
        connections: 20,
        asked: thisMachine,
      });
    });

    test.concurrent('the same for a named import and install() in the program', async () => {
      const input = { servers: [`udp://${nsd.endpoint}`], ...patience };
      expect(await run(node, 'installed-in-code', 'http', 'install', { input })).toEqual({
        status: 0,
        stderr: '',
        connections: 20,
        asked: thisMachine,
      });
    });

    test.concurrent('without the package the program does not find it', async () => {
      // For glibc, whose name servers may not be reachable.
      const env = { RES_OPTIONS: 'timeout:1 attempts:1' };
      const { stderr, ...result } = await run(node, 'http-get', 'http', 'plain', { env });
      expect(stderr).toMatch(/getaddrinfo (ENOTFOUND|EAI_AGAIN)/);
      expect(result).toEqual({ status: 1, connections: 0, asked: [] });
    });
  });
});
