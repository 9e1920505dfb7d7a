import { describe } from 'vitest';
import { hostsCases } from './hosts.cases.ts';
import { runCases } from './run-cases.ts';

describe('hosts file', () => {
  runCases(hostsCases);
});
