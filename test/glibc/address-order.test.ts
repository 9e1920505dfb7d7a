import { describe } from 'vitest';
import { addressOrderCases } from './address-order.cases.ts';
import { runCases } from './run-cases.ts';

describe('addresses', () => {
  runCases(addressOrderCases);
});
