import { describe } from 'vitest';
import { resolvConfCases } from './resolv-conf.cases.ts';
import { runCases } from './run-cases.ts';

describe('resolv.conf', () => {
  runCases(resolvConfCases);
});
