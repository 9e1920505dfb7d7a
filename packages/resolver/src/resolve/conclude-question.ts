/** What a function of `resolve*` or `reverse` makes of an answer of the addon. */
import { attachFailures } from '../errors/failures.ts';
import { RecordType, Status } from '../native/binding.ts';
import type { RecordReader } from '../native/record.ts';
import type { Question } from './question.ts';
import { resolveError, resolveErrorOf } from './resolve-error.ts';
import { resolveResult } from './resolve-result.ts';

const MALFORMED = 'EBADRESP';

/** Types of which Node finds an alias without them to be an error; it has an empty list for the others. */
const NEVER_EMPTY: ReadonlySet<number> = new Set([
  RecordType.NS,
  RecordType.PTR,
  RecordType.SOA,
  RecordType.HTTPS,
  RecordType.SVCB,
]);

/** Statuses that c-ares ends with where it has a next place to look in: after any other it looks there. */
const FINAL: ReadonlySet<number> = new Set([Status.AliasNoData, Status.Cancelled, Status.Closed]);

/** Settles a question by its answer. */
export function concludeQuestion(question: Question, record: RecordReader): void {
  if (record.status !== Status.Ok) {
    concludeWithout(question, record);
    return;
  }
  try {
    question.succeed(resolveResult(question.kind, record, question.withTtl));
  } catch {
    question.fail(resolveError(MALFORMED, question.kind.syscall, question.name));
  }
}

function concludeWithout(question: Question, record: RecordReader): void {
  const { name } = question;
  const { number, syscall, otherwise } = question.kind;
  const { status, detail } = record.answer();
  if (status === Status.AliasNoData && !NEVER_EMPTY.has(number)) {
    question.succeed([]);
  } else if (status === Status.AliasNoData && number === RecordType.SOA) {
    question.fail(resolveError(MALFORMED, syscall, name));
  } else if (otherwise !== undefined && !FINAL.has(status)) {
    const error = resolveError(otherwise, syscall, name);
    attachFailures(error, status, detail);
    question.fail(error);
  } else {
    question.fail(resolveErrorOf(status, detail, syscall, name));
  }
}
