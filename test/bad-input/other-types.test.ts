/** What is bad for addresses is bad for every type: loops of aliases, truncation, forgeries, text that is none. */
import { Resolver } from 'node:dns/promises';
import {
  answer,
  answerWithRdata,
  chainName,
  cname,
  cnameChain,
  cnameLoop,
  hold,
  inOrder,
  mx,
  ns,
  ownedBy,
  ptr,
  reply,
  rewritten,
  srv,
  strangeLabels,
  truncated,
  truncatedOverUdp,
  txt,
  wrongId,
  type Behaviour,
  type ZoneRecord,
} from '@doubao/resolver-testbed';
import { failuresOf, Resolver as CallbackResolver, type DoubaoResolver } from '@doubao/resolver';
import { describe, expect, it } from 'vitest';
import { failureOf, setStage, startServer, untilRead, victim } from './stage.ts';

type Functions = DoubaoResolver['promises'];

/** A type, how it is asked for, a record of it, and what that is to the caller. */
interface Type {
  readonly ask: (functions: Functions) => Promise<unknown>;
  readonly record: ZoneRecord;
  readonly result: object;
}

const target = 'target.test';
const srvData = { priority: 1, weight: 2, port: 3, target };
const types: Readonly<Record<string, Type>> = {
  MX: { ask: (dns) => dns.resolveMx(victim), record: mx(10, target), result: [{ exchange: target }] },
  NS: { ask: (dns) => dns.resolveNs(victim), record: ns(target), result: [target] },
  PTR: { ask: (dns) => dns.resolvePtr(victim), record: ptr(target), result: [target] },
  SRV: { ask: (dns) => dns.resolveSrv(victim), record: srv(srvData), result: [{ name: target, port: 3 }] },
  TXT: { ask: (dns) => dns.resolveTxt(victim), record: txt('words'), result: [['words']] },
};
const forged: Readonly<Record<string, ZoneRecord>> = {
  MX: mx(1, 'forged.test'),
  NS: ns('forged.test'),
  PTR: ptr('forged.test'),
  SRV: srv({ ...srvData, target: 'forged.test' }),
  TXT: txt('forged'),
};
const longest = 11;
const headerOctets = 12;

/** What `inner` sends, with another question. */
function withQuestion(change: (question: Buffer) => void, inner: Behaviour): Behaviour {
  return rewritten((message, query) => {
    const changed = Buffer.from(message);
    change(changed.subarray(headerOctets, headerOctets + query.question.length));
    return changed;
  }, inner);
}

describe.each(Object.entries(types))('%s', (mnemonic, { ask, record, result }) => {
  const good = answer(record);
  const bad = answer(forged[mnemonic] ?? record);

  /** Checks that what `misbehave` sends fails the question, like SERVFAIL, after the next server was asked. */
  async function checkFails(misbehave: Behaviour): Promise<void> {
    await using stage = await setStage(misbehave, { second: good });
    expect(await ask(stage.resolver.promises)).toMatchObject(result);
    expect(stage.second.queriesFor({ name: victim })).toHaveLength(1);
    await stage.checkAftermath();

    await using alone = await setStage(misbehave);
    const error = await failureOf(ask(alone.resolver.promises));
    expect(error).toMatchObject({
      code: 'ESERVFAIL',
      syscall: `query${mnemonic[0]}${mnemonic.slice(1).toLowerCase()}`,
    });
    const statuses = failuresOf(error).map((failure) => 'status' in failure && failure.status);
    expect(new Set(statuses)).toEqual(new Set(['SERVFAIL']));
    await alone.checkAftermath();
  }

  it.each([1, 3, longest])('behind a loop of %i aliases fails', (length) => checkFails(cnameLoop(length)));

  it('behind 12 aliases fails', () => checkFails(cnameChain({ length: longest + 1, end: [record] })));

  it('behind aliases that never end, over many messages, fails', () =>
    checkFails((exchange) => {
      const link = Number(/^link-(\d+)\./.exec(exchange.query.name)?.[1] ?? 0);
      return answer(cname(chainName(link + 1)))(exchange);
    }));

  it('behind 11 shuffled aliases resolves', async () => {
    await using stage = await setStage(cnameChain({ length: longest, end: [record], order: 'shuffled' }));
    expect(await ask(stage.resolver.promises)).toMatchObject(result);
    await stage.checkAftermath();
  });

  it('of another owner is no answer', async () => {
    await using stage = await setStage(answer(ownedBy('other.test', record)));
    expect(await failureOf(ask(stage.resolver.promises))).toMatchObject({ code: 'ENODATA' });
    await stage.checkAftermath();
  });

  it('truncated is asked for over TCP, and only that answer counts', async () => {
    const overTcp = hold(good);
    await using stage = await setStage(truncatedOverUdp(overTcp, forged[mnemonic] ?? record));
    const asking = ask(stage.resolver.promises);
    await overTcp.waitFor(1);
    await overTcp.release();
    expect(await asking).toMatchObject(result);
    expect(await ask(stage.resolver.promises)).toMatchObject(result);
    const queries = stage.server.queriesFor({ name: victim });
    expect(queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    await stage.checkAftermath();
  });

  it('truncated over TCP too is asked for at the next server', async () => {
    await using stage = await setStage(truncated(forged[mnemonic] ?? record), { second: good });
    expect(await ask(stage.resolver.promises)).toMatchObject(result);
    await stage.checkAftermath();
  });

  it('truncated everywhere fails', async () => {
    await using stage = await setStage(truncated(record));
    expect(await failureOf(ask(stage.resolver.promises))).toMatchObject({ code: 'EBADRESP' });
    await stage.checkAftermath();
  });

  it.each([
    ['a wrong ID', wrongId(bad)],
    [
      'a question of another type',
      withQuestion((question) => question.writeUInt16BE(1, question.length - 4), bad),
    ],
    [
      'a question of another class',
      withQuestion((question) => question.writeUInt16BE(3, question.length - 2), bad),
    ],
    ['a question of another name', withQuestion((question) => question.write('x', 1, 'latin1'), bad)],
  ])('in a message with %s is dropped', async (_, forgery) => {
    const late = hold(good);
    await using stage = await setStage(inOrder(forgery, untilRead(), late));
    const rejected = stage.resolver.stats().spoofRejected;
    const asking = ask(stage.resolver.promises);
    await late.waitFor(1);
    expect(stage.resolver.stats().spoofRejected).toBe(rejected + 1);
    await late.release();
    expect(await asking).toMatchObject(result);
    expect(stage.server.queriesFor({ name: victim })).toHaveLength(1);
    await stage.checkAftermath();
  });

  it.each(['udp', 'tcp'] as const)(
    'a second answer with the same ID over %s is dropped',
    async (protocol) => {
      await using stage = await setStage(inOrder(good, bad), { protocol });
      expect(await ask(stage.resolver.promises)).toMatchObject(result);
      // The bystander's answer came behind both.
      await stage.checkAftermath();
      expect(await ask(stage.resolver.promises)).toMatchObject(result);
      expect(stage.server.queriesFor({ name: victim })).toHaveLength(1);
    },
  );
});

/** The name `label.test` as record data. */
function wireName(label: string): Buffer {
  const octets = Buffer.from(label, 'latin1');
  return Buffer.concat([Buffer.of(octets.length), octets, Buffer.from('\x04test\0', 'latin1')]);
}

const text = (string: string): Buffer => {
  const octets = Buffer.from(string, 'latin1');
  return Buffer.concat([Buffer.of(octets.length), octets]);
};

// Node's own resolver, which is c-ares, says what text they are.
describe.each(Object.entries(strangeLabels))('a %s', (_, label) => {
  const name = wireName(label);
  const numbers = (count: number): Buffer => Buffer.alloc(count, 1);
  const asks: readonly (readonly [
    string,
    number,
    Buffer,
    (dns: Functions | Resolver) => Promise<unknown>,
  ])[] = [
    ['NS', 2, name, (dns) => dns.resolveNs(victim)],
    ['CNAME', 5, name, (dns) => dns.resolveCname(victim)],
    ['PTR', 12, name, (dns) => dns.resolvePtr(victim)],
    ['MX', 15, Buffer.concat([numbers(2), name]), (dns) => dns.resolveMx(victim)],
    ['SRV', 33, Buffer.concat([numbers(6), name]), (dns) => dns.resolveSrv(victim)],
    ['SOA', 6, Buffer.concat([name, name, numbers(20)]), (dns) => dns.resolveSoa(victim)],
    [
      'NAPTR',
      35,
      Buffer.concat([numbers(4), text('u'), text('s'), text('r'), name]),
      (dns) => dns.resolveNaptr(victim),
    ],
  ];

  it.each(asks)('in a name of %s is escaped as Node does it', async (_mnemonic, type, rdata, ask) => {
    await using stage = await setStage(reply(answerWithRdata(type, rdata)));
    const oracle = new Resolver();
    oracle.setServers([stage.server.endpoint]);
    const found = await ask(stage.resolver.promises);
    expect(found).toEqual(await ask(oracle));
    expect(JSON.stringify(found)).not.toMatch(/\p{Cc}/u);
    await stage.checkAftermath();
  });

  it('in a TXT record is what Node makes of it', async () => {
    await using stage = await setStage(reply(answerWithRdata(16, text(label))));
    const oracle = new Resolver();
    oracle.setServers([stage.server.endpoint]);
    expect(await stage.resolver.promises.resolveTxt(victim)).toEqual(await oracle.resolveTxt(victim));
    await stage.checkAftermath();
  });
});

it('cancelling inside a callback settles every other question once', async () => {
  const names = Array.from({ length: 100 }, (_, number) => `n${number}.cancel.test`);
  const held = hold(answer(mx(10, target)));
  await using server = await startServer({ onQuery: () => held });
  const resolver = new CallbackResolver();
  resolver.setServers([server.endpoint]);
  const calls = new Map<string, (string | undefined)[]>(names.map((name) => [name, []]));
  const settled = new Promise<void>((resolve) => {
    let left = names.length;
    for (const name of names) {
      resolver.resolveMx(name, (error) => {
        if (left === names.length) resolver.cancel();
        calls.get(name)?.push(error?.code);
        left -= 1;
        if (left === 0) resolve();
      });
    }
  });
  await held.waitFor(names.length);
  await held.release();
  await settled;
  // A later question of the same resolver is answered behind whatever may still come.
  expect(
    await new Promise((resolve) => resolver.resolveMx('later.test', (error) => resolve(error))),
  ).toBeNull();
  for (const codes of calls.values()) expect([[undefined], ['ECANCELLED']]).toContainEqual(codes);
  expect([...calls.values()].flat()).toContain(undefined);
});
