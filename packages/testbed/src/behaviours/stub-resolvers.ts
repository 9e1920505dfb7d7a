import type { Behaviour } from '../exchange.ts';
import { a, type ZoneRecord } from '../records.ts';
import { ignoringEdns } from './edns.ts';
import { failure, nodata, respond } from './respond.ts';

// `respTTL` in Docker's libnetwork/resolver.go.
const dockerTtlSeconds = 600;

/**
 * Docker's embedded DNS (127.0.0.11): knows containers by single labels, answers AAAA for them with neither data nor SOA,
 * leaves out OPT in its own answers, and forwards every other name.
 */
export function dockerStub(containers: Readonly<Record<string, string>>, upstream: Behaviour): Behaviour {
  const known = new Map<string, ZoneRecord>(
    Object.entries(containers).map(([name, address]) => [name.toLowerCase(), a(address, dockerTtlSeconds)]),
  );
  const noAddress = nodata({ soa: false });
  return (exchange) => {
    const record = known.get(exchange.query.name.toLowerCase());
    if (record === undefined) return upstream(exchange);
    return ignoringEdns(exchange.query.type === 'A' ? respond({ answers: [record] }) : noAddress)(exchange);
  };
}

/**
 * The stub of systemd-resolved (127.0.0.53) with its defaults: an address query for a single label has no server to go to
 * and gets SERVFAIL (`ResolveUnicastSingleLabel=no`); every other name is forwarded.
 */
export function resolvedStub(upstream: Behaviour): Behaviour {
  const refusal = failure('SERVFAIL');
  return (exchange) => {
    const { name, type } = exchange.query;
    const isSingleLabel = name !== '' && !name.includes('.') && (type === 'A' || type === 'AAAA');
    return (isSingleLabel ? refusal : upstream)(exchange);
  };
}
