import diagnostics from 'node:diagnostics_channel';
import { createResolver } from '@doubao/resolver';
import type { Contender, Happening, Upstreams } from './contender.ts';

const channels = ['doubao.resolver.failover', 'doubao.resolver.upstream'] as const;

/** A step of the way back says which share of the names goes to the primary. */
interface Message {
  readonly type: string;
  readonly share?: number;
}

/** Defaults but for `servers` and `fallback`. */
export function prepare({ plain, fallback }: Upstreams): Contender {
  const happenings: Happening[] = [];
  for (const channel of channels) {
    diagnostics.subscribe(channel, (message) => {
      const { type, share } = message as Message;
      const what = share === undefined ? type : `${type} ${share * 100} %`;
      happenings.push({ what, atNs: process.hrtime.bigint() });
    });
  }
  const resolver = createResolver({
    servers: plain,
    ...(fallback === undefined ? {} : { fallback: [fallback] }),
  });
  return {
    lookup: (name, answered) => resolver.lookup(name, { family: 4 }, answered),
    staleServed: () => resolver.stats().staleServed,
    happenings,
  };
}
