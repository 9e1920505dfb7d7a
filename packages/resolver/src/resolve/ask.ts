/** Asks for the records of one type: neither hosts file nor search list nor mirror. */
import { RecordType, Status } from '../native/binding.ts';
import { normalizeQueryName } from '../lookup/hostname.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import type { Answer } from '../native/record.ts';
import type { QueryScope, Withdraw } from './query-scope.ts';
import type { RecordKind } from './record-kind.ts';
import { resolveError, resolveErrorOf } from './resolve-error.ts';
import { resolveResult } from './resolve-result.ts';

/** What becomes of a question. */
export interface Outcome {
  /** Null with a result. */
  readonly error: Error | null;
  readonly result: unknown;
}

export type Finish = (error: Error | null, result: unknown) => void;

/** What is asked, on whose behalf. */
export interface Question {
  readonly scope: QueryScope;
  readonly kind: RecordKind;
  /** As typed; also what an error says. */
  readonly name: string;
  /** Addresses come with the seconds that remain. */
  readonly withTtl: boolean;
}

/** What Node makes of c-ares' refusal to ask nobody. */
const NO_SERVER = 'UNKNOWN_ARES_ERROR';
const MALFORMED = 'EBADRESP';

/** @returns what is known at once; undefined if `finish` will be called */
export function ask(question: Question, finish: Finish): Outcome | undefined {
  const { kind, name } = question;
  if (isNetworkDenied()) return failed(resolveError('ERR_ACCESS_DENIED', kind.syscall, name));
  const normalized = normalizeQueryName(name);
  if ('code' in normalized) return failed(resolveError(normalized.code, kind.syscall, name));
  return askFor(question, normalized.ascii, (answer) => outcomeOf(question, answer), finish);
}

/**
 * @param name ASCII, in presentation form
 * @param judge makes of an answer what the caller gets
 */
export function askFor(
  { scope, kind, name: hostname }: Question,
  name: string,
  judge: (answer: Answer) => Outcome,
  finish: Finish,
): Outcome | undefined {
  if (scope.isWithoutServers) return failed(resolveError(NO_SERVER, kind.syscall, hostname));
  const engine = scope.engine();
  if (engine.closed) return failed(resolveErrorOf(Status.Closed, '', kind.syscall, hostname));
  const asked = engine.query(name, kind.number, {
    prepare: (answer) => {
      scope.settle(asked as Withdraw);
      const { error, result } = judge(answer);
      return () => finish(error, result);
    },
  });
  if (typeof asked !== 'function') return judge(asked);
  scope.wait(asked);
  return undefined;
}

/** Types of which Node finds an alias without them to be an error; it has an empty list for the others. */
const NEVER_EMPTY: ReadonlySet<number> = new Set([
  RecordType.NS,
  RecordType.PTR,
  RecordType.SOA,
  RecordType.HTTPS,
  RecordType.SVCB,
]);

/** What `resolve*` makes of an answer. */
export function outcomeOf({ kind, name, withTtl }: Question, answer: Answer): Outcome {
  if (answer.status === Status.AliasNoData) {
    if (!NEVER_EMPTY.has(kind.number)) return { error: null, result: [] };
    if (kind.number === RecordType.SOA) return failed(resolveError(MALFORMED, kind.syscall, name));
  }
  if (answer.status !== Status.Ok) {
    return failed(resolveErrorOf(answer.status, answer.detail, kind.syscall, name));
  }
  try {
    return { error: null, result: resolveResult(kind, answer, withTtl) };
  } catch {
    return failed(resolveError(MALFORMED, kind.syscall, name));
  }
}

export function failed(error: Error): Outcome {
  return { error, result: undefined };
}
