/** Floods of answers with wrong IDs, as someone sends who has to guess it. */
import { afterWrongIds, byTransport, hold } from '@doubao/resolver-testbed';
import { expect, it } from 'vitest';
import { badAnswer, genuine, goodAnswer, setStage, silence } from './stage.ts';

const flood = 10_000;
const few = 10;

it('finds the answer behind 10 000 wrong IDs, each counted, and asks over TCP meanwhile', async () => {
  await using stage = await setStage(
    byTransport({ udp: afterWrongIds(flood, badAnswer, goodAnswer), tcp: silence }),
  );
  const rejected = stage.resolver.stats().spoofRejected;
  expect(await stage.lookUp()).toEqual([genuine]);
  expect(stage.resolver.stats().spoofRejected).toBe(rejected + flood);
  expect(stage.asked({ transport: 'udp' })).toHaveLength(1);
  expect(stage.asked({ transport: 'tcp' })).toHaveLength(1);
  await stage.checkAftermath(genuine);
});

it('takes the answer that comes over TCP while the flood goes on', async () => {
  const overUdp = hold(silence);
  await using stage = await setStage(
    byTransport({ udp: afterWrongIds(flood, badAnswer, overUdp), tcp: goodAnswer }),
  );
  expect(await stage.lookUp()).toEqual([genuine]);
  await overUdp.waitFor(1);
  await stage.checkAftermath(genuine);
});

it('stays with UDP after a few wrong IDs', async () => {
  await using stage = await setStage(afterWrongIds(few, badAnswer, goodAnswer));
  expect(await stage.lookUp()).toEqual([genuine]);
  expect(stage.asked()).toHaveLength(1);
  await stage.checkAftermath(genuine);
});
