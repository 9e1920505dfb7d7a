/** The two servers of the failover, which are killed and started again on the ports that they had. */
import {
  a,
  type DnsServer,
  type DnsServerOptions,
  selfSignedCertificate,
  startDnsServer,
} from '@doubao/resolver-testbed';

/** One server, running or not. */
export class MortalServer implements AsyncDisposable {
  readonly #options: DnsServerOptions;
  /** Of all its lives. */
  readonly #names: Set<string> = new Set();
  #server: DnsServer | undefined;
  #port = 0;

  constructor(options: DnsServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  /** Whether it was ever asked about this name. */
  wasAskedAbout(name: string): boolean {
    return this.#names.has(name);
  }

  async start(): Promise<void> {
    this.#server = await startDnsServer({
      ...this.#options,
      port: this.#port,
      onQuery: ({ name }) => {
        this.#names.add(name.toLowerCase());
        return undefined;
      },
    });
    this.#port = this.#server.port;
  }

  async kill(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

/** Every public name of the demo; `.example` is nobody's (RFC 2606). */
export const PUBLIC_DOMAIN = 'shop.example';
/** A name that only the primary knows. */
export const PRIVATE_NAME = 'db.demo.internal';
const TTL_SECONDS = 1;
const DOH_HOST = 'dns.demo.example';

const publicZone = { [`*.${PUBLIC_DOMAIN}`]: a('192.0.2.80', TTL_SECONDS) };

/** Knows all names, asked over UDP and TCP. */
export function primaryServer(): MortalServer {
  return new MortalServer({ zone: { ...publicZone, [PRIVATE_NAME]: a('10.9.8.7', TTL_SECONDS) } });
}

/** Knows public names, asked over HTTPS with a certificate of its own. */
export function fallbackServer(): {
  server: MortalServer;
  entry(): { url: string; addresses: string[]; ca: string };
} {
  const { cert, key } = selfSignedCertificate(DOH_HOST);
  const server = new MortalServer({ transports: ['https'], tls: { cert, key }, zone: publicZone });
  const entry = () => ({
    url: `https://${DOH_HOST}:${server.port}/dns-query`,
    addresses: ['127.0.0.1'],
    ca: cert,
  });
  return { server, entry };
}
