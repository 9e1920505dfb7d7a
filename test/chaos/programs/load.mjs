// Lookups that do not wait for each other, of names that many share and of names that nobody has asked for, and what
// became of each. Steered by messages; see ../load.ts.
import { subscribe } from 'node:diagnostics_channel';
import { createResolver, failuresOf } from '@doubao/resolver';
import { answeredBy, coldName, seededRandom, startOpenLoop, warmName } from '@doubao/resolver-testbed';

const { options, warmNames, firstCold, seed, channels } = JSON.parse(process.argv[2]);
const shownAtMost = 5;

const resolver = createResolver(options);
const random = seededRandom(seed);
const awaited = [];
const loops = [];
let coldNames = firstCold;
let phase = newPhase('start');
let pending = 0;
let onIdle = () => undefined;

for (const channel of channels) {
  subscribe(channel, (message) => {
    // A probe may end after the resolver, and after the test has heard enough.
    if (process.connected) process.send({ kind: 'event', event: { ...message, phase: phase.name } });
  });
}

function newPhase(name) {
  return {
    name,
    started: 0,
    settled: 0,
    byPrimary: 0,
    byFallback: 0,
    slowestMs: 0,
    codes: {},
    failures: [],
    wrong: [],
    twice: 0,
  };
}

function told(of, shown) {
  if (of.length < shownAtMost) of.push(shown);
}

/** A lookup belongs to the phase in which it began. */
function lookUp(name) {
  const mine = phase;
  const startedMs = performance.now();
  let isSettled = false;
  mine.started += 1;
  pending += 1;
  resolver.lookup(name, { all: true }, (error, found) => {
    if (isSettled) mine.twice += 1;
    isSettled = true;
    const elapsedMs = performance.now() - startedMs;
    mine.settled += 1;
    mine.slowestMs = Math.max(mine.slowestMs, elapsedMs);
    if (error !== null) {
      mine.codes[error.code] = (mine.codes[error.code] ?? 0) + 1;
      const reasons = failuresOf(error).map(({ message }) => message);
      told(mine.failures, { name, code: error.code, elapsedMs: Math.round(elapsedMs), reasons });
    } else {
      const addresses = found.map(({ address }) => address);
      const by = answeredBy(name, addresses);
      if (by === 'primary') mine.byPrimary += 1;
      else if (by !== undefined) mine.byFallback += 1;
      else told(mine.wrong, { name, addresses });
    }
    pending -= 1;
    if (pending === 0) onIdle();
  });
  for (const waiting of awaited.splice(0)) {
    if (phase.started >= waiting.started) process.send({ kind: 'arrived' });
    else awaited.push(waiting);
  }
}

const settled = () => (pending === 0 ? Promise.resolve() : new Promise((resolve) => (onIdle = resolve)));

async function tell(asking) {
  const startedMs = performance.now();
  const outcome = await asking.then(
    (addresses) => ({ addresses }),
    (error) => ({ code: error.code, reasons: failuresOf(error).map(({ message }) => message) }),
  );
  process.send({ kind: 'looked-up', outcome: { ...outcome, elapsedMs: performance.now() - startedMs } });
}

const commands = {
  /** Looks up every warm name once, a hundred at a time. */
  async warm() {
    for (let index = 0; index < warmNames; index += 100) {
      for (let name = index; name < Math.min(warmNames, index + 100); name += 1) lookUp(warmName(name));
      await settled();
    }
    process.send({ kind: 'warm', phase });
  },
  run({ warmPerSecond = 0, coldPerSecond = 0 }) {
    const start = (perSecond, arrive) => {
      if (perSecond > 0) loops.push(startOpenLoop(perSecond, random, arrive));
    };
    start(warmPerSecond, () => lookUp(warmName(Math.floor(random() * warmNames))));
    start(coldPerSecond, () => lookUp(coldName(coldNames++)));
  },
  phase({ name }) {
    phase = newPhase(name);
    process.send({ kind: 'phase' });
  },
  arrived({ started }) {
    if (phase.started >= started) process.send({ kind: 'arrived' });
    else awaited.push({ started });
  },
  stats() {
    process.send({ kind: 'stats', stats: resolver.stats() });
  },
  clock() {
    process.send({ kind: 'clock', now: Date.now() });
  },
  /** Ends arrivals, and tells when everything is settled. The phases that were are with the test already. */
  async pause() {
    for (const loop of loops.splice(0)) loop.stop();
    await settled();
    process.send({ kind: 'paused' });
  },
  lookUp({ name, family = 0 }) {
    return tell(
      resolver.promises
        .lookup(name, { all: true, family })
        .then((found) => found.map(({ address }) => address)),
    );
  },
  reverse({ address }) {
    return tell(resolver.promises.reverse(address));
  },
  async stop() {
    await commands.pause();
    await resolver.close();
    process.disconnect();
  },
};

const reports = new Map();
process.on('message', ({ command, ...rest }) => {
  if (command === 'report') {
    process.send({ kind: 'report', phases: [...reports.values(), phase] });
    return;
  }
  if (command === 'phase') reports.set(phase.name, phase);
  void commands[command](rest);
});
process.send({ kind: 'ready' });
