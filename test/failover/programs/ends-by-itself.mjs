// Looks names up until it is told to stop, and then has nothing more to do. Ends with 1 if it waited for a probe first.
import { subscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { createResolver } from '@doubao/resolver';

const resolver = createResolver(JSON.parse(process.argv[2]));
const told = new AbortController();
process.once('message', () => told.abort());
for (let number = 0; !told.signal.aborted; number++) {
  await resolver.promises.lookup(`n${number}.load.example`, { family: 4 });
  await pause(10);
}
subscribe('doubao.resolver.probe', () => {
  process.exitCode = 1;
});
process.disconnect();
