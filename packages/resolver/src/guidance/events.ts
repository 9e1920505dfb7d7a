/** What happens to upstreams, as messages of `diagnostics_channel`, for whoever subscribes. */
import type { Channel } from 'node:diagnostics_channel';
import type { DownReason, LeadReason, ProbeLevel, ProbeVerdict } from '@doubao/resolver-health';

/** Names of the channels. */
export const EVENT_CHANNELS = {
  failover: 'doubao.resolver.failover',
  upstream: 'doubao.resolver.upstream',
  probe: 'doubao.resolver.probe',
} as const;

interface Event {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** `stats().namespace` of the resolvers concerned; empty where they do not know it yet. */
  readonly namespace: string;
}

/** On `doubao.resolver.failover`: who is asked first. Upstreams are named by `id` of `stats().upstreams`. */
export type ResolverFailoverEvent = Event &
  (
    | { readonly type: 'failover'; readonly from: string; readonly to: string }
    | { readonly type: 'lead'; readonly from: string; readonly to: string; readonly reason: LeadReason }
    | { readonly type: 'prepare' | 'canary' | 'ramp'; readonly upstream: string; readonly share: number }
    | {
        readonly type: 'switch-back-failed';
        readonly upstream: string;
        /** Milliseconds since 1970. */
        readonly heldDownUntilMs: number;
      }
    | {
        readonly type: 'switchback';
        readonly upstream: string;
        readonly from: string;
        /** Pooled connections to addresses that are in no answer any more should be closed. */
        readonly hotReset: true;
      }
  );

/** On `doubao.resolver.upstream`: how one upstream is. */
export type ResolverUpstreamEvent = Event &
  (
    | { readonly type: 'down'; readonly upstream: string; readonly reason: DownReason }
    | { readonly type: 'up' | 'suspect' | 'cleared'; readonly upstream: string }
    | { readonly type: 'refused-suffix'; readonly suffix: string }
  );

/** On `doubao.resolver.probe`: what came of a probe. */
export type ResolverProbeEvent = Event & {
  readonly type: 'probe';
  readonly upstream: string;
  readonly level: ProbeLevel;
  readonly verdict: ProbeVerdict;
  /** Milliseconds; undefined without an answer. */
  readonly elapsedMs: number | undefined;
};

/** By channel. */
export interface ResolverEvents {
  readonly failover: ResolverFailoverEvent;
  readonly upstream: ResolverUpstreamEvent;
  readonly probe: ResolverProbeEvent;
}

type ChannelKey = keyof ResolverEvents;

/** One kind of message, and what it says beside `type`, `timeMs` and `namespace`. */
export interface EventRow {
  readonly channel: ChannelKey;
  readonly type: ResolverEvents[ChannelKey]['type'];
  readonly fields: readonly string[];
}

/** All kinds, as the README lists them. */
export const EVENT_TABLE: readonly EventRow[] = [
  { channel: 'failover', type: 'failover', fields: ['from', 'to'] },
  { channel: 'failover', type: 'lead', fields: ['from', 'to', 'reason'] },
  { channel: 'failover', type: 'prepare', fields: ['upstream', 'share'] },
  { channel: 'failover', type: 'canary', fields: ['upstream', 'share'] },
  { channel: 'failover', type: 'ramp', fields: ['upstream', 'share'] },
  { channel: 'failover', type: 'switch-back-failed', fields: ['upstream', 'heldDownUntilMs'] },
  { channel: 'failover', type: 'switchback', fields: ['upstream', 'from', 'hotReset'] },
  { channel: 'upstream', type: 'down', fields: ['upstream', 'reason'] },
  { channel: 'upstream', type: 'up', fields: ['upstream'] },
  { channel: 'upstream', type: 'suspect', fields: ['upstream'] },
  { channel: 'upstream', type: 'cleared', fields: ['upstream'] },
  { channel: 'upstream', type: 'refused-suffix', fields: ['suffix'] },
  { channel: 'probe', type: 'probe', fields: ['upstream', 'level', 'verdict', 'elapsedMs'] },
];

/** Tells subscribers. Its message is made only if there are any. */
export type Announce = <K extends ChannelKey>(channel: K, message: () => ResolverEvents[K]) => void;

const channels: Map<ChannelKey, Channel> = new Map();

/** What a subscriber throws reaches `uncaughtException`, later; nobody here notices. */
export const announce: Announce = (key, message) => {
  let channel = channels.get(key);
  if (channel === undefined) {
    channel = process.getBuiltinModule('node:diagnostics_channel').channel(EVENT_CHANNELS[key]);
    channels.set(key, channel);
  }
  if (channel.hasSubscribers) channel.publish(message());
};
