/** The hosts file as `reverse` reads it: when it is asked for, and looked at again once a second at most. */
import type { Stats } from 'node:fs';
import type { Clock } from '../runtime/captured.ts';
import { runAll } from '../native/run-all.ts';
import { HostsByAddress } from './hosts-by-address.ts';

const { readFile, stat } = process.getBuiltinModule('node:fs');

const CHECK_INTERVAL_MS = 1000;
/** As for lookups: a larger file counts as one that cannot be read. */
const MAX_OCTETS = 8 * 1024 * 1024;
const NOTHING = new HostsByAddress();

type Take = (hosts: HostsByAddress) => void;

export class HostsFile {
  readonly #path: string;
  readonly #clock: Clock;
  #hosts: HostsByAddress = NOTHING;
  #checkedAt = Number.NEGATIVE_INFINITY;
  /** Of the file that was read. */
  #identity = '';
  /** Wait for the check that is under way. */
  #waiting: Take[] = [];

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** @param take called at once, or when the file was looked at; with the last good content if it cannot be read */
  read(take: Take): void {
    if (this.#clock.monotonicMs() - this.#checkedAt < CHECK_INTERVAL_MS && this.#waiting.length === 0) {
      take(this.#hosts);
      return;
    }
    if (this.#waiting.push(take) > 1) return;
    stat(this.#path, (error, stats) => {
      if (error !== null) this.#gone(error.code);
      else if (identityOf(stats) === this.#identity || stats.size > MAX_OCTETS) this.#checked();
      else this.#load(identityOf(stats));
    });
  }

  #load(identity: string): void {
    readFile(this.#path, 'utf8', (error, text) => {
      if (error === null) {
        this.#hosts = new HostsByAddress(text);
        this.#identity = identity;
      }
      this.#checked();
    });
  }

  #gone(code: string | undefined): void {
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      this.#hosts = NOTHING;
      this.#identity = '';
    }
    this.#checked();
  }

  #checked(): void {
    this.#checkedAt = this.#clock.monotonicMs();
    const hosts = this.#hosts;
    runAll(this.#waiting.splice(0).map((take) => ({ run: () => take(hosts) })));
  }
}

function identityOf({ dev, ino, size, mtimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs].join(' ');
}
