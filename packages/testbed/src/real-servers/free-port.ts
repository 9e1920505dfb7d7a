import { bindUdp } from '../udp-endpoint.ts';
import { listenTcp } from '../tcp-endpoint.ts';

// As in the scripted server: the kernel's free UDP port may be taken on TCP.
const attempts = 20;

/** A port that was free for UDP and TCP a moment ago. Another program may take it: who uses it must be able to retry. */
export async function freePort(address: string): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await bindUdp(address, 0, () => undefined);
    try {
      const tcp = await listenTcp(address, udp.port, {
        onConnection: () => undefined,
        onMessage: () => undefined,
      });
      await tcp.close();
      return udp.port;
    } catch (error) {
      if (attempt === attempts) throw error;
    } finally {
      await udp.close();
    }
  }
}
