/** Options that follow their file: read again when it has changed, put in force if they are right. */
import { ResolverError } from '../errors/errors.ts';
import type { InstallOptions } from '../install/installed-functions.ts';
import type { Warn } from '../errors/warning.ts';

export interface ReloadHost {
  /**
   * The options as they are written now.
   *
   * @throws ResolverError if they cannot be read
   */
  read(): InstallOptions;
  /**
   * Puts options in force, and begins to watch the file for the next change.
   *
   * @throws ResolverError if they cannot be used; then nothing has changed
   */
  apply(options: InstallOptions): void;
  readonly warn: Warn;
}

export class ConfigurationReload {
  readonly #host: ReloadHost;
  /** JSON of the options in force. */
  #inForce: string;
  #warned: string | undefined;

  /** @param inForce the options that were put in force at first */
  constructor(inForce: InstallOptions, host: ReloadHost) {
    this.#host = host;
    this.#inForce = JSON.stringify(inForce);
  }

  /** To be called when the file has changed, and when it has begun to be watched. */
  look(): void {
    // What is written while options are put in force is before the moment from which changes are told.
    while (this.#lookOnce());
  }

  /** Returns true if other options came into force. */
  #lookOnce(): boolean {
    try {
      const options = this.#host.read();
      const written = JSON.stringify(options);
      this.#warned = written === this.#inForce ? undefined : this.#warned;
      if (written === this.#inForce) return false;
      this.#host.apply(options);
      this.#inForce = written;
      this.#warned = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof ResolverError)) throw error;
      if (this.#warned !== error.message) {
        this.#host.warn('CONFIG', `${error.message}. The options before it stay in force`);
      }
      this.#warned = error.message;
      return false;
    }
  }
}
