export { FakeClock } from '@doubao/resolver-testbed/fake-clock';
