/** Records of every type of `resolve*` whose data cannot be read: nothing of the message counts, and the next attempt starts. */
import {
  answerWithRdata,
  byTransport,
  hold,
  rdataCases,
  reply,
  type Behaviour,
} from '@doubao/resolver-testbed';
import { failuresOf, type DoubaoResolver } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import { failureOf, setStage, victim, type Stage } from './stage.ts';

const anyType = 255;
const target = 'target.test';

/** Asks for all records of a type, as the function of that type gives them. */
type Ask = (functions: DoubaoResolver['promises']) => Promise<unknown>;

/** How each type is asked for, and what its good data is to the caller. */
const questions: Readonly<Record<string, readonly [Ask, unknown]>> = {
  A: [(dns) => dns.resolve4(victim), ['192.0.2.1']],
  AAAA: [(dns) => dns.resolve6(victim), ['101:101:101:101:101:101:101:101']],
  NS: [(dns) => dns.resolveNs(victim), [target]],
  CNAME: [(dns) => dns.resolveCname(victim), [target]],
  PTR: [(dns) => dns.resolvePtr(victim), [target]],
  MX: [(dns) => dns.resolveMx(victim), [{ exchange: target, priority: 10 }]],
  SRV: [(dns) => dns.resolveSrv(victim), [{ name: target, priority: 257, weight: 257, port: 257 }]],
  SOA: [(dns) => dns.resolveSoa(victim), { nsname: target, hostmaster: target, serial: 16_843_009 }],
  TXT: [(dns) => dns.resolveTxt(victim), [['words']]],
  NAPTR: [(dns) => dns.resolveNaptr(victim), [{ flags: 'u', service: 'E2U+sip', replacement: target }]],
  CAA: [(dns) => dns.resolveCaa(victim), [{ critical: 0, issue: 'ca.test' }]],
  TLSA: [(dns) => dns.resolveTlsa(victim), [{ certUsage: 3, selector: 1, match: 1 }]],
  HTTPS: [(dns) => dns.resolveHttps(victim), [{ priority: 1, target, params: { alpn: ['h2'] } }]],
  SVCB: [(dns) => dns.resolveSvcb(victim), [{ priority: 1, target, params: { alpn: ['h2'] } }]],
};

/** A stage on which AAAA records are no exception. */
const stageOf = (behaviour: Behaviour): Promise<Stage> => setStage(behaviour, { ipv6: behaviour });

it('every type of resolve* is asked for', () => {
  expect(Object.keys(rdataCases).toSorted()).toEqual(Object.keys(questions).toSorted());
});

describe.each(Object.entries(questions))('%s', (mnemonic, [ask, result]) => {
  const { type, good, bad } = rdataCases[mnemonic] ?? { type: 0, good: Buffer.alloc(0), bad: {} };
  const goodAnswer = reply(answerWithRdata(type, good));

  it.each(Object.entries(bad))('%s: the same server is asked over TCP at once', async (_, rdata) => {
    const overTcp = hold(goodAnswer);
    await using stage = await stageOf(
      byTransport({ udp: reply(answerWithRdata(type, rdata)), tcp: overTcp }),
    );
    const malformed = stage.resolver.stats().malformed;
    const asking = ask(stage.resolver.promises);
    await overTcp.waitFor(1);
    expect(stage.resolver.stats().malformed).toBe(malformed + 1);
    await overTcp.release();
    expect(await asking).toMatchObject(result as object);
    expect(await ask(stage.resolver.promises)).toMatchObject(result as object);
    const queries = stage.server.queriesFor({ name: victim });
    expect(queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    await stage.checkAftermath();
  });

  it.each(Object.entries(bad))('%s from everywhere: the question fails, and says so', async (_, rdata) => {
    await using stage = await stageOf(reply(answerWithRdata(type, rdata)));
    const error = await failureOf(ask(stage.resolver.promises));
    expect(error).toMatchObject({ code: 'EBADRESP', hostname: victim });
    const statuses = failuresOf(error).map((failure) => 'status' in failure && failure.status);
    expect(new Set(statuses)).toEqual(new Set(['BADRESP']));
    await stage.checkAftermath();
  });

  it('among the answers to ANY: nothing of the message counts', async () => {
    const [[, rdata] = []] = Object.entries(bad);
    const unreadable = reply(answerWithRdata(type, rdata ?? Buffer.alloc(0)));
    await using stage = await stageOf(byTransport({ udp: unreadable, tcp: goodAnswer }));
    const records = await stage.resolver.promises.resolveAny(victim);
    // Node's function has no place for the other types.
    expect(records).toHaveLength(['TLSA', 'HTTPS', 'SVCB'].includes(mnemonic) ? 0 : 1);
    const [query] = stage.server.queriesFor({ name: victim });
    expect(query?.question.readUInt16BE(query.question.length - 4)).toBe(anyType);
    await stage.checkAftermath();
  });
});
