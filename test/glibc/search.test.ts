import { describe } from 'vitest';
import { runCases } from './run-cases.ts';
import { searchCases } from './search.cases.ts';

describe('search list', () => {
  runCases(searchCases);
});
