import { Redis } from 'ioredis';
import { host, port, twentyTimes } from './twenty-times.mjs';

await twentyTimes(async () => {
  const redis = new Redis({ host, port, lazyConnect: true, retryStrategy: null });
  try {
    await redis.connect();
    return await redis.echo('hello');
  } finally {
    redis.disconnect();
  }
});
