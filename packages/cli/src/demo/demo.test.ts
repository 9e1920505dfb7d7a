import { expect, it } from 'vitest';
import { runDemo } from './demo.ts';
import type { Stage } from './stage.ts';

function stage(title: string, ...outcomes: boolean[]): Stage {
  const checks = outcomes.map((ok) => ({ claim: 'it holds', observed: String(ok), ok }));
  return { title, run: () => Promise.resolve(checks) };
}

const broken: Stage = { title: 'broken', run: () => Promise.reject(new Error('no socket')) };

async function show(stages: Stage[], { json = false, isTTY = false, env = {} } = {}) {
  let text = '';
  const status = await runDemo(stages, { stdout: { isTTY, write: (part) => (text += part) }, env, json });
  return { text, status };
}

it('exits 0 only if every check of every stage holds', async () => {
  expect((await show([stage('one', true), stage('two', true, true)])).status).toBe(0);
  expect((await show([stage('one', true), stage('two', true, false)])).status).toBe(1);
  expect((await show([stage('one', true), stage('nothing checked')])).status).toBe(1);
});

it('goes on after a stage that could not be carried out, and says why', async () => {
  const { text, status } = await show([broken, stage('two', true)]);
  expect(status).toBe(1);
  expect(text).toContain('✗ broken');
  expect(text).toContain('no socket');
  expect(text).toContain('✓ two');
  expect(text).toContain('1 of 2 stages did not do what they say.');
});

it('writes escape sequences on a terminal only', async () => {
  expect((await show([stage('one', true)])).text).not.toContain('\u001b');
  expect((await show([stage('one', true)], { isTTY: true })).text).toContain('\u001b[32m✓');
  const mono = await show([stage('one', true)], { isTTY: true, env: { NO_COLOR: '1' } });
  expect(mono.text).not.toContain('\u001b');
});

it('shows what a stage shows above what came of it, and in JSON only what came of it', async () => {
  const telling: Stage = {
    title: 'telling',
    run(screen) {
      screen.show(['first', 'begun']);
      screen.show(['first', 'second']);
      return Promise.resolve([{ claim: 'it holds', observed: 'true', ok: true }]);
    },
  };
  expect((await show([telling])).text).toMatch(/^Name servers.*\n\nfirst\nsecond\n✓ telling/);
  const { text } = await show([telling], { isTTY: true });
  expect(text).toContain('… telling\r\u001b[Jfirst\nbegun\n\u001b[2A\r\u001b[Jfirst\nsecond\n');
  expect(JSON.parse((await show([telling], { json: true })).text)).toMatchObject({ ok: true });
});

it('prints one JSON object and nothing else', async () => {
  const { text, status } = await show([stage('one', true), broken], { json: true, isTTY: true });
  expect(status).toBe(1);
  expect(JSON.parse(text)).toEqual({
    ok: false,
    stages: [
      {
        title: 'one',
        ok: true,
        durationMs: expect.any(Number),
        checks: [{ claim: 'it holds', observed: 'true', ok: true }],
      },
      { title: 'broken', ok: false, durationMs: expect.any(Number), checks: [], error: 'no socket' },
    ],
  });
});
