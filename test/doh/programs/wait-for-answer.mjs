// A query that gets no answer, with nothing else that keeps the process alive.
import { createDohUpstream, createDotUpstream } from '@doubao/resolver-doh';
import { queryFor } from './query.mjs';

const { https, tls } = JSON.parse(process.argv[2]);
process.channel.unref();
const upstreams = [createDohUpstream({ url: https }), createDotUpstream({ url: tls })];
const codes = await Promise.all(
  upstreams.map((upstream) =>
    upstream.query(queryFor('www.test'), { timeoutMs: 300 }).catch((error) => error.code),
  ),
);
process.send({ codes }, () => process.disconnect());
