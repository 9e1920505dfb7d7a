import diagnostics from 'node:diagnostics_channel';
import { afterEach, expect, it, vi } from 'vitest';
import { Row } from '../test-support/compose-samples.ts';
import { GuidanceStage, PRIMARY } from '../test-support/guidance-stage.ts';
import { announce, EVENT_CHANNELS, EVENT_TABLE, type ResolverEvents } from './events.ts';
import { announceHealth } from './health-events.ts';

type Message = ResolverEvents[keyof ResolverEvents];

const unsubscribe: (() => void)[] = [];
afterEach(() => {
  for (const end of unsubscribe.splice(0)) end();
});

function subscribe(channel: keyof ResolverEvents, heard: (message: Message) => void): void {
  const listener = (message: unknown): void => heard(message as Message);
  diagnostics.subscribe(EVENT_CHANNELS[channel], listener);
  unsubscribe.push(() => diagnostics.unsubscribe(EVENT_CHANNELS[channel], listener));
}

it('subscribers of a channel get its messages; for nobody none is made', () => {
  const up: ResolverEvents['upstream'] = { type: 'up', timeMs: 1, namespace: 'ab', upstream: 'u' };
  const message = vi.fn<() => typeof up>(() => up);
  announce('upstream', message);
  expect(message).not.toHaveBeenCalled();
  const heard: Message[] = [];
  subscribe('upstream', (one) => heard.push(one));
  announce('upstream', message);
  expect(heard).toEqual([up]);
});

it('every event of the health state has a row, on its channel and with its fields', () => {
  const at = { atMs: 500 };
  const told: { channel: string; message: Message }[] = [];
  const tell = (event: Parameters<typeof announceHealth>[0]): void =>
    announceHealth(
      event,
      'ab',
      (ms) => 1_000_000 + ms,
      (channel, message) => void told.push({ channel, message: message() }),
    );
  tell({ ...at, type: 'failover', from: 'a', to: 'b' });
  tell({ ...at, type: 'lead', from: 'a', to: 'b', reason: 'down' });
  for (const type of ['prepare', 'canary', 'ramp'] as const)
    tell({ ...at, type, upstream: 'a', share: 0.05 });
  tell({ ...at, type: 'switch-back-failed', upstream: 'a', heldDownUntilMs: 30_500 });
  tell({ ...at, type: 'switchback', upstream: 'a', from: 'b', hotReset: true });
  tell({ ...at, type: 'down', upstream: 'a', reason: 'silence' });
  for (const type of ['up', 'suspect', 'cleared'] as const) tell({ ...at, type, upstream: 'a' });
  const rows = told.map(({ channel, message }) => {
    const { type, timeMs, namespace, ...others } = message;
    expect({ timeMs, namespace }).toEqual({ timeMs: 1_000_500, namespace: 'ab' });
    return { channel, type, fields: Object.keys(others) };
  });
  const elsewhere = new Set(['refused-suffix', 'probe']);
  expect(rows).toEqual(EVENT_TABLE.filter(({ type }) => !elsewhere.has(type)));
  const failed = told.find(({ message }) => message.type === 'switch-back-failed')?.message;
  expect(failed).toMatchObject({ heldDownUntilMs: 1_030_500 });
});

it('what a subscriber throws or does leaves the decisions alone', async () => {
  const uncaught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  const stage = new GuidanceStage({ announce });
  const handle = await stage.guided();
  subscribe('failover', () => {
    throw new Error('of a subscriber');
  });
  const types: string[] = [];
  subscribe('failover', ({ type }) => {
    types.push(type);
    if (type === 'lead') handle.close();
  });
  stage.silence(handle, 0);
  stage.clock.advance(1000);
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  process.removeAllListeners('uncaughtException');
  for (const listener of others) process.on('uncaughtException', listener);
  expect(types).toEqual(['failover', 'lead']);
  expect(stage.direction).toMatchObject({ fallbackLeads: true, down: [0] });
  expect(uncaught).toEqual([expect.objectContaining({ message: 'of a subscriber' }), expect.anything()]);
  expect(stage.warnings).toEqual([]);
  expect(stage.clock.timers.size).toBe(0);
});

it('a message says when it happened, by the wall clock', async () => {
  const stage = new GuidanceStage();
  const handle = await stage.guided();
  const timeMs = stage.clock.wallMs();
  stage.clock.block(400);
  stage.tell(handle, { upstream: 0, outcome: Row.Suspect, ageMs: 400 });
  expect(stage.events).toEqual([{ type: 'suspect', timeMs, namespace: 'ab', upstream: PRIMARY.id }]);
});
