import { describe } from 'vitest';
import { runCases } from './run-cases.ts';
import { stubCases } from './stub.cases.ts';

describe('local stub resolvers', () => {
  runCases(stubCases);
});
