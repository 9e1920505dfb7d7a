import { interceptors, type Dispatcher } from 'undici';
import type { Answered, Contender } from './contender.ts';

/** The interceptor hands on what it does not know. */
type Request = Dispatcher.DispatchOptions & { readonly answered: Answered };

const scheme = 'http://';

/** Instead of a connection: gives the address that the interceptor has put in. */
function dispatch(request: Dispatcher.DispatchOptions): boolean {
  const host = String(request.origin).slice(scheme.length);
  // An IPv6 address stands in brackets.
  (request as Request).answered(null, host.replaceAll(/[[\]]/g, ''));
  return true;
}

/** The resolution in undici's dns interceptor, without a request. By default it resolves by `dns.lookup`. */
export function prepare(): Contender {
  const intercepted = interceptors.dns()(dispatch);
  return {
    lookup(name, answered) {
      const request: Request = { origin: scheme + name, path: '/', method: 'GET', answered };
      intercepted(request, { onResponseError: (_controller, error) => answered(error) });
    },
  };
}
