import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import {
  Server as GrpcServer,
  ServerCredentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import type { Certificate } from './certificate.ts';
import type { Service } from './door.ts';

const greet: RequestListener = (_, response) => void response.end('hello');

/** HTTP/1.1 in the clear. */
export function httpService(): Service {
  const server = createHttpServer(greet);
  return (socket) => void server.emit('connection', socket);
}

/** HTTP/1.1 over TLS. */
export function httpsService({ cert, key }: Certificate): Service {
  const server = createHttpsServer({ cert, key }, greet);
  return (socket) => void server.emit('connection', socket);
}

/** HTTP/2 over TLS. */
export function http2Service({ cert, key }: Certificate): Service {
  const server = createSecureServer({ cert, key }).on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('hello');
  });
  return (socket) => void server.emit('connection', socket);
}

/** Greets in one text message. */
export function webSocketService(): Service {
  const server = createHttpServer();
  new WebSocketServer({ server }).on('connection', (client) => client.send('hello'));
  return (socket) => void server.emit('connection', socket);
}

/** `greeter.Greeter` of the programs' greeter.proto, in the clear. */
export function grpcService(): Service {
  const protocol = loadPackageDefinition(
    loadSync(fileURLToPath(new URL('programs/greeter.proto', import.meta.url))),
  ) as unknown as { greeter: { Greeter: ServiceClientConstructor } };
  const server = new GrpcServer();
  server.addService(protocol.greeter.Greeter.service, {
    Greet: (_: unknown, reply: (error: null, value: object) => void) => reply(null, { greeting: 'hello' }),
  });
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return (socket) => injector.injectConnection(socket);
}
