import { isIP } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { createResolver, failuresOf, type DoubaoResolver } from '@doubao/resolver';
import type { QueryCommand, QueryType } from './command-line.ts';
import { printable, styleFor, type OutputStream, type Style } from './terminal.ts';

/** Where an answer came from. */
type Source = 'literal' | 'hosts' | 'cache' | 'upstream' | 'getaddrinfo';

/** One lookup, measured. */
interface Lookup {
  readonly addresses: readonly LookupAddress[];
  readonly source: Source;
  /** What remains of the answer's lifetime, where the cache tells. */
  readonly expiresInMs: number | undefined;
  readonly elapsedMs: number;
}

/** What `query` writes to and how. */
export interface QueryOutput {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
}

const familyOf = { A: 4, AAAA: 6 } as const satisfies Record<QueryType, 4 | 6>;

/** Hits so far, those in front of the native cache included. */
function hits(resolver: DoubaoResolver): number {
  const { mirror, cacheHits } = resolver.stats();
  return mirror.hits + cacheHits;
}

async function measure(resolver: DoubaoResolver, name: string, type: QueryType | undefined): Promise<Lookup> {
  const hitsBefore = hits(resolver);
  const startedAt = performance.now();
  const family = type === undefined ? 0 : familyOf[type];
  const addresses = await resolver.promises.lookup(name, { all: true, family });
  const elapsedMs = performance.now() - startedAt;
  const held = resolver.peek(name);
  const expiresInMs = held?.fromHosts === true ? undefined : held?.expiresInMs;
  if (isIP(name) !== 0) return { addresses, source: 'literal', expiresInMs: undefined, elapsedMs };
  if (held?.fromHosts === true) return { addresses, source: 'hosts', expiresInMs, elapsedMs };
  // The cache holds a denial, and yet there is an answer: the system knew it by other means.
  if (held?.code !== undefined)
    return { addresses, source: 'getaddrinfo', expiresInMs: undefined, elapsedMs };
  return { addresses, source: hits(resolver) > hitsBefore ? 'cache' : 'upstream', expiresInMs, elapsedMs };
}

function milliseconds(durationMs: number): string {
  return durationMs < 1 ? `${(durationMs * 1000).toFixed(0)} µs` : `${durationMs.toFixed(1)} ms`;
}

function describe({ source, expiresInMs, elapsedMs }: Lookup): string {
  const kept = expiresInMs === undefined ? '' : `, ${Math.ceil(expiresInMs / 1000)} s left`;
  return `${source}${kept}, ${milliseconds(elapsedMs)}`;
}

function renderText(name: string, first: Lookup, second: Lookup, style: Style): string {
  const rows = first.addresses.map(
    ({ address, family }) =>
      `${printable(name)}\t${(family === 6 ? 'AAAA' : 'A').padEnd(4)}\t${style.strong(address)}`,
  );
  const closing = [`source: ${describe(first)}`, `asked again: ${describe(second)}`].map((line) =>
    style.dim(line),
  );
  return `${[...rows, ...closing].join('\n')}\n`;
}

function renderJson(command: QueryCommand, first: Lookup, second: Lookup): string {
  const { name, type = null } = command;
  return `${JSON.stringify({ name, type, ...first, again: { source: second.source, elapsedMs: second.elapsedMs } })}\n`;
}

interface Problem {
  readonly code: string;
  readonly message: string;
  /** One line for each attempt that failed. */
  readonly failures: readonly string[];
}

function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error), failures: [] };
  const code = 'code' in error ? String(error.code) : error.name;
  return { code, message: error.message, failures: failuresOf(error).map((failure) => failure.message) };
}

/** The resolver that the command line asks for. With servers of its own it knows nothing of this machine. */
function open({ servers }: QueryCommand): DoubaoResolver {
  return servers.length === 0
    ? createResolver()
    : createResolver({ servers, hosts: false, search: [], system: 'never' });
}

/**
 * Looks a name up twice, so that what the cache does is seen, and prints what came.
 *
 * @returns the exit status: 0 if there are addresses, 1 if there are none
 * @throws ResolverOptionError if a server cannot be used
 */
export async function runQuery(command: QueryCommand, { stdout, stderr, env }: QueryOutput): Promise<number> {
  const { name, type, json } = command;
  await using resolver = open(command);
  try {
    const first = await measure(resolver, name, type);
    const second = await measure(resolver, name, type);
    stdout.write(
      json ? renderJson(command, first, second) : renderText(name, first, second, styleFor(stdout, env)),
    );
    return 0;
  } catch (error) {
    const problem = problemOf(error);
    if (json) {
      stdout.write(`${JSON.stringify({ name, type: type ?? null, error: problem })}\n`);
    } else {
      const style = styleFor(stderr, env);
      stderr.write(`${style.bad(printable(problem.message))}\n`);
      for (const failure of problem.failures) stderr.write(`  ${printable(failure)}\n`);
    }
    return 1;
  }
}
