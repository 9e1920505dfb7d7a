/** What an environment does about news of the addon that concern all its resolvers. */
import type { Surroundings } from './engine.ts';
import type { Warn } from '../errors/warning.ts';

/** Mirrors need nothing: the addon ends their entries by its generation counters. */
export function heedNews({ port, lastResort }: Pick<Surroundings, 'port' | 'lastResort'>, warn: Warn): void {
  port.listen((news) => {
    switch (news.event) {
      case 'warning':
        warn('SYSTEM_FILES', news.message);
        break;
      case 'resumed':
      case 'network-changed':
        // Another network may have other neighbours.
        lastResort.clear();
        break;
      default:
    }
  });
}
