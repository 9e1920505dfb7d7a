import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { host, port, twentyTimes } from './twenty-times.mjs';

const protocol = fileURLToPath(new URL('greeter.proto', import.meta.url));
const { greeter } = loadPackageDefinition(loadSync(protocol));

const options = {
  // Otherwise all clients of a target share one connection.
  'grpc.use_local_subchannel_pool': 1,
  // Otherwise a TXT record is asked of the system's name servers, and waited for at the end of the process.
  'grpc.service_config_disable_resolution': 1,
};

await twentyTimes(async () => {
  const client = new greeter.Greeter(`${host}:${port}`, credentials.createInsecure(), options);
  try {
    const { greeting } = await promisify(client.Greet).call(client, {});
    return greeting;
  } finally {
    client.close();
  }
});
