/** From validated arguments to an answer: addresses written as names, names that cannot be, and then the engine. */
import { isIP } from '../runtime/is-ip.ts';
import type { LookupAddress } from './address-list.ts';
import { normalizeHostname, type Refusal } from './hostname.ts';
import { isIPv6WithBadZone, parseInetAton } from './literal.ts';
import {
  ACCESS_DENIED,
  INVALID,
  lookupError,
  type LookupErrorCode,
  NOT_FOUND,
  WRONG_FAMILY,
} from './lookup-error.ts';
import { type LookupRequest, variantOf } from './lookup-request.ts';
import { V4MAPPED } from '../runtime/node-dns.ts';
import { type Finish, finishAtOnce, type Outcome } from './pending-lookup.ts';
import { isNetworkDenied } from '../runtime/permission.ts';
import type { Target } from './target.ts';

/** An address that `lookup` gives back as it is, zone and all. */
export function literalOf(hostname: string): LookupAddress | undefined {
  // Node tells by regular expressions. An IPv4 address ends in a digit, and one of IPv6 has a colon.
  const last = hostname.charCodeAt(hostname.length - 1);
  if (!(last >= 0x30 && last <= 0x39) && !hostname.includes(':')) return undefined;
  const family = isIP(hostname);
  return family === 0 ? undefined : { address: hostname, family: family as 4 | 6 };
}

/** @param request whose hostname is neither empty nor an IP address */
export function startLookup(
  target: Target,
  request: LookupRequest,
  finish: Finish,
  isCallback: boolean,
): void {
  const { hostname, family, hints } = request;
  const variant = variantOf(family, hints);
  if (isNetworkDenied()) {
    finishAtOnce({ finish, isCallback }, lookupError(ACCESS_DENIED, hostname));
    return;
  }
  const known = target.mirror.find(hostname, variant);
  if (known !== undefined) {
    finishAtOnce({ finish, isCallback }, target.mirror.hit(known, request.order));
    return;
  }
  const normal = normalizeHostname(hostname);
  if (normal.refusal !== undefined) {
    finishAtOnce({ finish, isCallback }, lookupError(refusalOf(normal.refusal, request), hostname));
    return;
  }
  const address = parseInetAton(normal.ascii);
  if (address !== undefined) {
    finishAtOnce({ finish, isCallback }, inFamily(address, request));
    return;
  }
  target.engine().lookup({ request, name: normal.ascii, variant, finish, isCallback });
}

/** An IPv4 address in another than the dotted form, as getaddrinfo gives it. */
function inFamily(address: string, { hostname, family, hints }: LookupRequest): Outcome {
  if (family !== 6) return [{ address, family: 4 }];
  if ((hints & V4MAPPED) !== 0) return [{ address: `::ffff:${address}`, family: 6 }];
  return lookupError(WRONG_FAMILY, hostname);
}

function refusalOf(refusal: Refusal, { hostname, family }: LookupRequest): LookupErrorCode {
  if (refusal === 'invalid') return INVALID;
  return family === 4 && isIPv6WithBadZone(hostname) ? WRONG_FAMILY : NOT_FOUND;
}
