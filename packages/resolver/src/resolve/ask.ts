/** Asks for the records of one type: neither hosts file nor search list nor mirror. */
import { normalizeQueryName } from '../lookup/hostname.ts';
import { Status } from '../native/binding.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import { concludeQuestion } from './conclude-question.ts';
import type { Question } from './question.ts';
import { resolveError, resolveErrorOf } from './resolve-error.ts';

/** What Node makes of c-ares' refusal to ask nobody. */
const NO_SERVER = 'UNKNOWN_ARES_ERROR';

/** @returns whether the question is settled already, so that nobody will run it */
export function ask(question: Question): boolean {
  const { kind, name } = question;
  if (isNetworkDenied()) return fail(question, resolveError('ERR_ACCESS_DENIED', kind.syscall, name));
  const normalized = normalizeQueryName(name);
  if (typeof normalized !== 'string') {
    return fail(question, resolveError(normalized.code, kind.syscall, name));
  }
  return askFor(question, normalized);
}

/**
 * @param name ASCII, in presentation form
 * @returns see {@link ask}
 */
export function askFor(question: Question, name: string): boolean {
  const { scope, kind, name: hostname } = question;
  if (scope.isWithoutServers) return fail(question, resolveError(NO_SERVER, kind.syscall, hostname));
  const engine = scope.engine();
  if (engine.closed) return fail(question, resolveErrorOf(Status.Closed, '', kind.syscall, hostname));
  const record = engine.query(name, kind.number, question);
  if (record === undefined) return false;
  concludeQuestion(question, record);
  return true;
}

function fail(question: Question, error: Error): true {
  question.fail(error);
  return true;
}
