import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  a,
  type DnsServer,
  drop,
  selfSignedCertificate,
  startDnsServer,
  startRefusingPort,
} from '@doubao/resolver-testbed';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { runProgram } from '../program.ts';

const program = new URL('./programs/look-up.mjs', import.meta.url);
const { cert, key } = selfSignedCertificate('dns.example');
const execArgv = ['--import', '@doubao/resolver/register'];

let folder: string;
let office: DnsServer;
let department: DnsServer;
let stranger: DnsServer;
const servers = (): readonly DnsServer[] => [office, department, stranger];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resolver-servers-'));
  office = await startDnsServer({ zone: { '*': a('192.0.2.1') } });
  department = await startDnsServer({ zone: { '*': a('192.0.2.2') } });
  stranger = await startDnsServer({
    transports: ['https'],
    tls: { cert, key },
    zone: { '*': a('192.0.2.3') },
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  for (const server of servers()) await server.close();
});
beforeEach(() => {
  for (const server of servers()) server.clearQueries();
});

/** Names that a server was asked about, each once. */
function askedOf(server: DnsServer): string[] {
  return [...new Set(server.queries.map(({ name }) => name.toLowerCase()))].toSorted();
}

const quiet = { DOUBAO_RESOLVER_HOSTS: 'false', DOUBAO_RESOLVER_SEARCH: '', DOUBAO_RESOLVER_SYSTEM: 'never' };

describe.each(nodes)('on Node $version', (node) => {
  const names = [
    'www.shop.example',
    'db.corp.example',
    'mail.dept.corp.example',
    'own.example',
    'x.internal',
  ];

  test('a fallback from a JSON file hears of public names only, in a program that knows nothing of it', async () => {
    await using dead = await startRefusingPort();
    const path = join(folder, `fallback-${node.major}.json`);
    const url = `https://dns.example:${stranger.port}/dns-query`;
    writeFileSync(
      path,
      JSON.stringify({
        servers: [`udp://127.0.0.1:${dead.port}`],
        fallback: [{ url, addresses: ['127.0.0.1'], ca: cert }],
        routes: { 'dept.corp.example': [`udp://${department.endpoint}`] },
        privateNames: ['own.example'],
        deadline: 4000,
      }),
    );
    const env = { ...quiet, DOUBAO_RESOLVER_CONFIG: path };
    expect(await runProgram(node, program, { execArgv, input: { names }, env })).toEqual({
      'www.shop.example': '192.0.2.3',
      'db.corp.example': '192.0.2.3',
      'mail.dept.corp.example': '192.0.2.2',
      'own.example': 'EAI_AGAIN',
      'x.internal': 'EAI_AGAIN',
    });
    expect(askedOf(stranger)).toEqual(['db.corp.example', 'www.shop.example']);
    expect(askedOf(department)).toEqual(['mail.dept.corp.example']);
  });

  test('routes from a variable: the longest suffix counts, and a routed name goes nowhere else', async () => {
    await using silent = await startDnsServer({ onQuery: () => drop() });
    const routes = [
      `corp.example=udp://${silent.endpoint}`,
      `dept.corp.example=udp://${silent.endpoint}`,
      `dept.corp.example=tcp://${department.endpoint}`,
    ];
    const env = {
      ...quiet,
      DOUBAO_RESOLVER_SERVERS: `udp://${office.endpoint}`,
      DOUBAO_RESOLVER_ROUTES: routes.join(', '),
      DOUBAO_RESOLVER_DEADLINE: '1500',
    };
    expect(await runProgram(node, program, { execArgv, input: { names }, env })).toEqual({
      'www.shop.example': '192.0.2.1',
      'db.corp.example': 'EAI_AGAIN',
      'mail.dept.corp.example': '192.0.2.2',
      'own.example': '192.0.2.1',
      'x.internal': '192.0.2.1',
    });
    expect(askedOf(office)).toEqual(['own.example', 'www.shop.example', 'x.internal']);
    expect(department.queries.every(({ transport }) => transport === 'tcp')).toBe(true);
    expect(askedOf(silent)).toEqual(['db.corp.example', 'mail.dept.corp.example']);
  });
});
