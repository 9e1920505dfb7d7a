import dns from 'node:dns';
import { interceptors, type Dispatcher } from 'undici';
import { hostNames } from '../../harness/name-server.ts';
import type { CallbackLookup, Contender, Setup } from '../contender.ts';

type Callback = (error: Error | null, address?: string, family?: number) => void;
/** The interceptor hands on what it does not know. */
type Request = Dispatcher.DispatchOptions & { readonly callback: Callback };

const dayMs = 86_400_000;
const scheme = 'http://';
/** As `fetch` gives them: text. */
const origins = new Map(hostNames.map((name) => [name, scheme + name]));
const handler: Dispatcher.DispatchHandler = {};

/** Instead of a connection: gives the address that the interceptor has put in, when a lookup would. */
function dispatch(request: Dispatcher.DispatchOptions): boolean {
  const address = String(request.origin).slice(scheme.length);
  process.nextTick((request as Request).callback, null, address, 4);
  return true;
}

/** The resolution in undici's dns interceptor, without a request. It resolves by what it is given: here c-ares. */
export function prepare({ port }: Setup): Contender {
  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  const intercepted = interceptors.dns({
    maxTTL: dayMs,
    dualStack: false,
    lookup: ({ hostname }, _options, callback) => {
      resolver.resolve4(hostname, (error, addresses = []) => {
        callback(
          error,
          addresses.map((address) => ({ address, family: 4, ttl: dayMs })),
        );
      });
    },
  })(dispatch);
  const lookup = (name: string, ...rest: readonly unknown[]): void => {
    const request: Request = {
      origin: origins.get(name) as string,
      path: '/',
      method: 'GET',
      callback: rest.at(-1) as Callback,
    };
    intercepted(request, handler);
  };
  return { lookup: lookup as CallbackLookup };
}
