import type { Services } from './services.ts';

/** A program, and what it needs. */
export interface Client {
  /** As a reader knows it. */
  readonly title: string;
  /** Of the file in `programs`; the first label of its host name begins with it. */
  readonly program: string;
  readonly service: keyof Services;
  /** The first major version of Node.js that it runs on. Default: all */
  readonly since?: number;
  /** It looks up without ADDRCONFIG, which Node's own sockets ask for: both families, whatever the machine has. */
  readonly allFamilies?: boolean;
  /** Its name has no IPv6 address: it tries the second address after 250 ms, which a loaded machine may well take. */
  readonly onlyIPv4?: boolean;
}

export const clients: readonly Client[] = [
  { title: 'global fetch', program: 'fetch', service: 'http' },
  { title: 'http.get', program: 'http-get', service: 'http' },
  { title: 'https.get', program: 'https-get', service: 'https' },
  { title: 'http2', program: 'http2', service: 'http2' },
  { title: 'global WebSocket', program: 'web-socket', service: 'webSocket', since: 22 },
  { title: 'undici 7', program: 'undici-7', service: 'http' },
  { title: 'undici 8', program: 'undici-8', service: 'http', since: 22 },
  { title: 'axios', program: 'axios', service: 'http' },
  { title: 'got', program: 'got', service: 'http' },
  { title: 'ioredis', program: 'ioredis', service: 'redis' },
  { title: 'pg', program: 'pg', service: 'postgres' },
  { title: '@grpc/grpc-js', program: 'grpc', service: 'grpc', allFamilies: true, onlyIPv4: true },
];
