/** `resolve*` and `reverse` with callbacks. */
import { isIP } from '../runtime/is-ip.ts';
import { refuse } from '../errors/argument-error.ts';
import { nextTick } from '../runtime/captured.ts';
import { nodeMembers } from '../runtime/node-dns.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import type { DnsFunction } from '../install/registry.ts';
import { ask } from './ask.ts';
import type { QueryScope } from './query-scope.ts';
import { Question } from './question.ts';
import { IPV4, RECORD_KINDS, type RecordKind } from './record-kind.ts';
import { askReverse, REVERSE } from './reverse.ts';

const { AsyncResource } = process.getBuiltinModule('node:async_hooks');

/** Finds the scope by the `this` of a call. */
export type ScopeOf = (self: unknown) => QueryScope;

/** By name: `resolve`, `resolve4` … `reverse`. */
export type Members = Record<string, DnsFunction>;

const ASYNC_TYPE = 'DOUBAO_RESOLVE';
/** Stands for the request object that Node returns and documents nothing about. */
const REQUEST = Object.freeze({});

type Callback = (error: Error | null, result?: unknown) => void;

/** Runs a callback in the async context in which it was given. */
class CallbackQuestion extends Question {
  readonly #callback: Callback;
  readonly #context: InstanceType<typeof AsyncResource> = new AsyncResource(ASYNC_TYPE);

  constructor(scope: QueryScope, kind: RecordKind, name: string, withTtl: boolean, callback: Callback) {
    super(scope, kind, name, withTtl);
    this.#callback = callback;
  }

  run(): void {
    // Node passes no second argument with an error.
    if (this.error === null) {
      this.#context.runInAsyncScope(this.#callback, undefined, null, this.result);
    } else {
      this.#context.runInAsyncScope(this.#callback, undefined, this.error);
    }
  }
}

function run(question: Question): void {
  question.run();
}

/** The functions of one resolver, or the methods of a class. */
export function resolveMembers(scopeOf: ScopeOf): Members {
  const members: Members = {};
  const byType = new Map<string, DnsFunction>();
  for (const kind of RECORD_KINDS) {
    const query = queryFunction(scopeOf, kind);
    members[kind.method] = query;
    if (kind.rrtype !== undefined) byType.set(kind.rrtype, query);
  }
  members['reverse'] = queryFunction(scopeOf, REVERSE);
  members['resolve'] = function resolve(
    this: unknown,
    hostname: unknown,
    rrtype: unknown,
    callback: unknown,
  ) {
    const isLeftOut = typeof rrtype === 'function';
    const query = isLeftOut ? members[IPV4.method] : byType.get(rrtype as string);
    if (query === undefined)
      refuse(() => call(nodeMembers['resolve'], [hostname, rrtype, callback]), 'rrtype');
    return query.call(this, hostname as never, (isLeftOut ? rrtype : callback) as never);
  };
  return members;
}

function queryFunction(scopeOf: ScopeOf, kind: RecordKind): DnsFunction {
  // The options are found by counting arguments: Node's own has length 2 as well.
  function query(this: unknown, name: unknown, callback: unknown): object {
    const options = arguments.length > 2 ? callback : undefined;
    const last: unknown = arguments.length > 2 ? arguments[2] : callback;
    if (typeof name !== 'string' || typeof last !== 'function') {
      refuse(() => call(nodeMembers[IPV4.method], [name, last]), 'name');
    }
    // A denied permission comes before the address.
    if (kind === REVERSE && isIP(name as string) === 0 && !isNetworkDenied()) {
      refuse(() => call(nodeMembers['reverse'], [name, last]), 'name');
    }
    const question = new CallbackQuestion(
      scopeOf(this),
      kind,
      name as string,
      wantsTtl(options),
      last as Callback,
    );
    const settled = kind === REVERSE ? askReverse(question) : ask(question);
    if (settled) nextTick(run, question);
    return REQUEST;
  }
  return Object.defineProperty(query, 'name', { value: kind.syscall });
}

function call(nodes: DnsFunction | undefined, given: readonly unknown[]): unknown {
  return nodes?.(...(given as never[]));
}

export function wantsTtl(options: unknown): boolean {
  return Boolean((options as { ttl?: unknown } | undefined | null)?.ttl);
}
