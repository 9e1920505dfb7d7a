import { host, port, twentyTimes } from './twenty-times.mjs';

await twentyTimes(
  () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://${host}:${port}/`);
      socket.addEventListener('error', (event) => reject(new Error('WebSocket', { cause: event })));
      socket.addEventListener('message', ({ data }) => {
        socket.addEventListener('close', () => resolve(data));
        socket.close();
      });
    }),
);
