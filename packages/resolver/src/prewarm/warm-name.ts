/** Sees to it that the cache has a fresh answer for a name. */
import { LookupFlag, Status } from '../native/binding.ts';
import type { Engine } from '../engine/engine.ts';
import { normalizeHostname } from '../lookup/hostname.ts';
import { parseInetAton } from '../lookup/literal.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import { type Answer, AnswerFlag } from '../native/record.ts';
import { literalOf } from '../lookup/start-lookup.ts';

/**
 * Asks for what is not cached, for what is stale, and for what is due for a refresh, which begins in the second half of
 * a lifetime; leaves alone what is fresh.
 *
 * @param done called once, at once or later, with whether there is an answer
 */
export function warmName(engine: Engine, hostname: string, done: (found: boolean) => void): void {
  // One that is no string is of a list whose other names are to be looked up.
  if (typeof hostname !== 'string' || hostname === '' || isNetworkDenied()) {
    done(false);
    return;
  }
  if (literalOf(hostname) !== undefined) {
    done(true);
    return;
  }
  const normal = normalizeHostname(hostname);
  if (normal.refusal !== undefined) {
    done(false);
    return;
  }
  const cached = engine.peek(normal.ascii, 0);
  if (parseInetAton(normal.ascii) !== undefined || (cached !== undefined && isFresh(cached))) {
    done(true);
    return;
  }
  engine.lookup({
    request: { hostname, family: 0, hints: 0, all: true, order: 'verbatim', signal: undefined, timeoutMs: 0 },
    name: normal.ascii,
    variant: cached !== undefined && isRipe(cached) ? LookupFlag.Bypass : 0,
    finish: (error) => done(error === null),
    isCallback: false,
  });
}

function isFresh(answer: Answer): boolean {
  const both = (answer.flags & AnswerFlag.Complete) !== 0;
  return answer.status === Status.Ok && both && !isRipe(answer);
}

function isRipe({ status, flags, refreshInMs }: Answer): boolean {
  return status === Status.Ok && ((flags & AnswerFlag.Stale) !== 0 || refreshInMs <= 0);
}
