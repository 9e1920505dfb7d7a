// Fifty thousand lookups complete beside an interval of 5 ms.
import { createResolver } from '@doubao/resolver';

const { server, lookups, names } = JSON.parse(process.argv[2]);
const resolver = createResolver({
  servers: [server],
  hosts: false,
  search: [],
  hedge: false,
  timeout: 60_000,
  tries: 1,
  deadline: 60_000,
});
let done = 0;
let failed = 0;
let inTurn = 0;
let most = 0;
let turns = 0;
let ticks = 0;
const countTurn = () => {
  if (inTurn > 0) turns++;
  most = Math.max(most, inTurn);
  inTurn = 0;
  if (done < lookups) setImmediate(countTurn);
  else finish();
};
const interval = setInterval(() => {
  if (done > 0 && done < lookups) ticks++;
}, 5);
const finish = () => {
  clearInterval(interval);
  process.send({ done, failed, most, turns, ticks });
  process.disconnect();
};
for (let number = 0; number < lookups; number++) {
  resolver.lookup(`c${number % names}.test`, { family: 4 }, (error) => {
    done++;
    inTurn++;
    if (error) failed++;
  });
}
setImmediate(countTurn);
while (resolver.stats().waiters < lookups) await new Promise((resolve) => setImmediate(resolve));
process.send({ waiters: resolver.stats().waiters });
