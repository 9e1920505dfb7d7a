import type { ExperimentSpec } from '../harness/experiment.ts';
import { figure } from '../harness/figures.ts';
import { dnsperf } from './dnsperf.ts';
import type { Hickory } from './hickory.ts';
import { concurrencies, curvePoint, loadMetrics } from './uncached-queries.ts';

const warmUp = 1000;
const count = 5000;
/** It opens a socket for each query; with ten thousand there are no descriptors left. */
const mostOfHickory = 1000;
/** With few queries in flight it measures its own polling. */
const leastOfDnsperf = 100;

/** The same queries by programs without Node: what the server, two cores, and another Rust resolver give. */
export function nativeReferences(hickory: Hickory, port: number, rounds: number): ExperimentSpec[] {
  const { rate, cpu, failures } = loadMetrics;
  return concurrencies.map((concurrency) => {
    const reference = {
      name: 'hickory-resolver, from Rust',
      run: () => hickory('load', port, concurrency, warmUp, count),
    };
    const generator = { name: 'dnsperf', run: () => dnsperf(port, concurrency) };
    return {
      id: `uncached-native-${concurrency}`,
      row: 4,
      title: `for reference, without Node: uncached A, ${figure(concurrency, 0)} in flight`,
      metrics: { rate, cpu, failures },
      cases: [
        ...(concurrency <= mostOfHickory ? [reference] : []),
        ...(concurrency >= leastOfDnsperf ? [generator] : []),
      ],
      budgets: [],
      point: curvePoint(concurrency),
      rounds,
    };
  });
}
