import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { loadBinding } from './load.ts';
import { TestPort } from './test-support/port.mjs';

const A = 1;
const NXDOMAIN = 1;
const LOCAL = 14;
/** From TEST-NET-1, so no machine's own. */
const NOT_OURS = '192.0.2.77';

const binding = loadBinding();

/** The query as a denial of its name. */
function denial(query: Buffer): Buffer {
  const response = Buffer.from(query);
  response.writeUInt16BE(0x8183, 2);
  return response;
}

/** Servers on one port of 127.0.0.1, for either transport, and who asked them. */
async function startServers() {
  const from: string[] = [];
  const overUdp = createSocket('udp4', (query, peer) => {
    from.push(`udp ${peer.address}`);
    overUdp.send(denial(query), peer.port, peer.address);
  });
  const overTcp = createServer((connection) => {
    from.push(`tcp ${connection.remoteAddress}`);
    connection.on('error', () => undefined);
    connection.once('data', (frame) => {
      const response = denial(frame.subarray(2));
      connection.end(Buffer.concat([frame.subarray(0, 2), response]));
    });
  });
  overTcp.listen(0, '127.0.0.1');
  await once(overTcp, 'listening');
  const { port } = overTcp.address() as AddressInfo;
  overUdp.bind(port, '127.0.0.1');
  await once(overUdp, 'listening');
  return {
    port,
    from,
    [Symbol.dispose]() {
      overUdp.close();
      overTcp.close();
    },
  };
}

it.each(['udp', 'tcp'] as const)('queries over %s leave from the local address', async (protocol) => {
  using servers = await startServers();
  const port = new TestPort(binding);
  const handle = port.open(servers.port, {
    servers: [{ protocol, address: '127.0.0.1', port: servers.port }],
    localAddress: { ipv4: '127.0.0.9' },
  });
  expect(await port.query(handle, 'a.example', A)).toMatchObject({ status: NXDOMAIN });
  expect(servers.from).toEqual([`${protocol} 127.0.0.9`]);
  // What this server says to one address it need not say to another.
  const other = port.open(servers.port);
  expect(await port.query(other, 'a.example', A)).toMatchObject({ status: NXDOMAIN });
  expect(servers.from.at(-1)).toBe('udp 127.0.0.1');
  binding.close(handle);
  binding.close(other);
});

it.each(['udp', 'tcp'] as const)(
  'an address of others fails at once over %s, each time',
  async (protocol) => {
    using servers = await startServers();
    const port = new TestPort(binding);
    const handle = port.open(servers.port, {
      servers: [{ protocol, address: '127.0.0.1', port: servers.port }],
      localAddress: { ipv4: NOT_OURS },
    });
    for (let time = 0; time < 2; time++) {
      const record = await port.query(handle, 'a.example', A);
      expect(record).toMatchObject({ status: LOCAL });
      expect(record.atOnce).toBeUndefined();
    }
    expect(servers.from).toEqual([]);
    binding.close(handle);
  },
);
