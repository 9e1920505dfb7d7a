// For Jest: the resolver outlives the tests of its file, which are over before anything is known of its servers.

import dns from 'node:dns';
import { install, uninstall } from '@doubao/resolver';

const servers = [process.env.TEST_SERVER, process.env.TEST_SECOND_SERVER];

it('looks up, and is not closed', async () => {
  install({ servers, hosts: false, search: [], system: 'never' });
  expect(await dns.promises.lookup('outlived.test', 4)).toEqual({ address: '192.0.2.1', family: 4 });
  uninstall();
});
