/** `resolve*` and `reverse` with promises. */
import { isIP } from '../runtime/is-ip.ts';
import { refuse } from '../errors/argument-error.ts';
import { nodePromisesMembers } from '../runtime/node-dns.ts';
import type { DnsFunction } from '../install/registry.ts';
import { ask } from './ask.ts';
import type { QueryScope } from './query-scope.ts';
import { Question } from './question.ts';
import { IPV4, RECORD_KINDS, type RecordKind } from './record-kind.ts';
import { type Members, type ScopeOf, wantsTtl } from './resolve-functions.ts';
import { askReverse, REVERSE } from './reverse.ts';

const ignore = (): void => undefined;

class PromiseQuestion extends Question {
  readonly #fulfil: (result: unknown) => void;
  readonly #reject: (error: Error) => void;

  constructor(
    scope: QueryScope,
    kind: RecordKind,
    name: string,
    withTtl: boolean,
    fulfil: (result: unknown) => void,
    reject: (error: Error) => void,
  ) {
    super(scope, kind, name, withTtl);
    this.#fulfil = fulfil;
    this.#reject = reject;
  }

  run(): void {
    if (this.error === null) this.#fulfil(this.result);
    else this.#reject(this.error);
  }
}

/** The functions of one resolver, or the methods of a class. */
export function promisesResolveMembers(scopeOf: ScopeOf): Members {
  const members: Members = {};
  const byType = new Map<string, DnsFunction>();
  for (const kind of RECORD_KINDS) {
    const query = queryFunction(scopeOf, kind);
    members[kind.method] = query;
    if (kind.rrtype !== undefined) byType.set(kind.rrtype, query);
  }
  members['reverse'] = queryFunction(scopeOf, REVERSE);
  members['resolve'] = function resolve(this: unknown, hostname: unknown, rrtype: unknown) {
    const query = rrtype === undefined ? members[IPV4.method] : byType.get(rrtype as string);
    if (query === undefined) refuse(() => call(nodePromisesMembers['resolve'], [hostname, rrtype]), 'rrtype');
    return query.call(this, hostname as never);
  };
  return members;
}

function queryFunction(scopeOf: ScopeOf, kind: RecordKind): DnsFunction {
  function query(this: unknown, name: unknown, options: unknown): Promise<unknown> {
    if (typeof name !== 'string') refuse(() => call(nodePromisesMembers[IPV4.method], [name]), 'name');
    // Node makes its own rejection of it, also of a denied permission, and sends nothing.
    if (kind === REVERSE && isIP(name) === 0)
      return call(nodePromisesMembers['reverse'], [name]) as Promise<never>;
    const scope = scopeOf(this);
    return new Promise((fulfil, reject) => {
      const question = new PromiseQuestion(scope, kind, name, wantsTtl(options), fulfil, reject);
      const settled = kind === REVERSE ? askReverse(question) : ask(question);
      if (settled) question.run();
    });
  }
  return Object.defineProperty(query, 'name', { value: kind.syscall });
}

function call(nodes: DnsFunction | undefined, given: readonly unknown[]): unknown {
  const returned = nodes?.(...(given as never[]));
  // What was to be refused at once is not waited for.
  if (returned instanceof Promise) returned.catch(ignore);
  return returned;
}
