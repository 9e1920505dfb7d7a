/** Labels that are legal on the wire (RFC 2181 §11) and are no host names. */
import { Resolver } from 'node:dns/promises';
import {
  a,
  composeResponse,
  forgedAddresses,
  inOrder,
  pointingTo,
  reply,
  strangeLabels,
  type MessageBuilder,
} from '@doubao/resolver-testbed';
import { describe, expect, it } from 'vitest';
import { genuine, goodAnswer, setStage, untilRead, victim } from './stage.ts';

const everyLabel = Object.entries(strangeLabels);
// A dot in a typed name ends a label, and characters above ASCII are an international name.
const typedLabels = everyLabel.filter(([name]) => name !== 'dot' && name !== 'highOctet');

const nodeMajor = Number(process.versions.node.split('.')[0]);

/** What Node's own `lookup` says to a NUL has changed. */
function refusalOf(label: string): string {
  return label.includes('\0') && nodeMajor >= 22 ? 'ERR_INVALID_ARG_VALUE' : 'ENOTFOUND';
}

async function codeOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** The name `label.test` on the wire. */
function wireName(label: string): Buffer {
  const octets = Buffer.from(label, 'latin1');
  return Buffer.concat([Buffer.of(octets.length), octets, Buffer.from('\x04test\0', 'latin1')]);
}

describe.each(typedLabels)('a %s in a name as typed', (_, label) => {
  it('is refused by lookup, without a query', async () => {
    await using stage = await setStage(goodAnswer);
    const before = stage.server.queries.length;
    expect(await codeOf(async () => stage.lookUp(`${label}.test`))).toBe(refusalOf(label));
    expect(stage.server.queries).toHaveLength(before);
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });
});

// A backslash begins an escape.
describe.each(typedLabels.filter(([name]) => name !== 'backslash'))('a %s in a name as typed', (_, label) => {
  it('is refused by resolve4, without a query', async () => {
    await using stage = await setStage(goodAnswer);
    const before = stage.server.queries.length;
    expect(await codeOf(() => stage.resolver.promises.resolve4(`${label}.test`))).toBe('EBADNAME');
    expect(stage.server.queries).toHaveLength(before);
    expect(await stage.lookUp()).toEqual([genuine]);
    await stage.checkAftermath(genuine);
  });
});

/** RFC 1035 §5.1: three decimal digits for any octet. */
function escaped(label: string): string {
  return label.replaceAll(/[^A-Za-z0-9]/g, (octet) => `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`);
}

const headerOctets = 12;
// Pointer, type, class, TTL, length of the data.
const beforeRdata = 2 + 2 + 2 + 4 + 2;

/** Says that the asked name is an alias of `label.test`, and gives an address of that. */
function aliasWithAddress(label: string): MessageBuilder {
  return (query) => {
    const message = Buffer.from(pointingTo([label, 'test'], 'CNAME')(query));
    const target = headerOctets + query.question.length + beforeRdata;
    const typeClassTtl = [0, 1, 0, 1, 0, 0, 0, 60];
    const address = genuine.split('.').map(Number);
    const record = [0xc0, target, ...typeClassTtl, 0, address.length, ...address];
    message.writeUInt16BE(2, 6);
    return Buffer.concat([message, Buffer.from(record)]);
  };
}

describe.each(everyLabel)('a %s in the target of an alias', (_, label) => {
  it('changes nothing for addresses, which are all that lookup shows', async () => {
    await using stage = await setStage(reply(aliasWithAddress(label)));
    expect(await stage.lookUp()).toEqual([genuine]);
    expect(await stage.resolver.promises.resolve4(victim)).toEqual([genuine]);
    await stage.checkAftermath(genuine);
    // Node's own resolver takes the same message.
    const oracle = new Resolver();
    oracle.setServers([stage.server.endpoint]);
    expect(await oracle.resolve4(victim)).toEqual([genuine]);
  });

  it('is asked for octet by octet where its address is missing', async () => {
    await using stage = await setStage((exchange) => {
      const { name } = exchange.query;
      return (name === victim ? reply(pointingTo([label, 'test'], 'CNAME')) : goodAnswer)(exchange);
    });
    expect(await stage.lookUp()).toEqual([genuine]);
    const [follow] = stage.server.queries
      .filter(({ name, type }) => type === 'A' && name !== victim)
      .slice(-1);
    expect(follow?.question.subarray(0, -4)).toEqual(wireName(label));
    await stage.checkAftermath(genuine);
  });

  it('can be asked for by its escaped name', async () => {
    await using stage = await setStage(goodAnswer);
    expect(await stage.resolver.promises.resolve4(`${escaped(label)}.test`)).toEqual([genuine]);
    const [query] = stage.server.queries.slice(-1);
    expect(query?.question.subarray(0, -4)).toEqual(wireName(label));
  });
});

it('a label with a dot is not the two labels that look like it', async () => {
  await using stage = await setStage(goodAnswer);
  expect(await stage.resolver.promises.resolve4(String.raw`a\.b.test`)).toEqual([genuine]);
  const twoLabels = { name: 'a.b.test', type: 'A' };
  const before = stage.server.queriesFor(twoLabels).length;
  expect(await stage.lookUp('a.b.test')).toEqual([genuine]);
  expect(stage.server.queriesFor(twoLabels)).toHaveLength(before + 1);
});

it('an answer about the two labels is none about the one that looks like them', async () => {
  const twoLabels = Buffer.from('\x01a\x01b\x04test\0', 'latin1');
  const lookalike = reply((query) => {
    const question = Buffer.concat([twoLabels, query.question.subarray(-4)]);
    return composeResponse({ ...query, question }, { answers: [a(forgedAddresses.A)] });
  });
  await using stage = await setStage(inOrder(lookalike, untilRead(), goodAnswer));
  const rejected = stage.resolver.stats().spoofRejected;
  expect(await stage.resolver.promises.resolve4(String.raw`a\.b.test`)).toEqual([genuine]);
  expect(stage.resolver.stats().spoofRejected).toBe(rejected + 1);
  expect(stage.resolver.peek('a.b.test')).toBeUndefined();
  await stage.checkAftermath();
});
