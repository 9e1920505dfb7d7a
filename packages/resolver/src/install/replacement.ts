/**
 * One function of `node:dns` and ours in its place.
 *
 * At most one function of this package, whichever copy's, is in the chain of calls at a time. What others have wrapped
 * around it stays around it: a copy that is installed then answers from within.
 */
import { INSTALL_SYMBOL } from '../runtime/node-dns.ts';
import { type DnsFunction, type Placed, registry } from './registry.ts';

/** Where one of Node's functions is. */
export interface Place {
  /** For the registry: `lookup`, `promises.lookup`. */
  readonly name: string;
  readonly holder: object;
  readonly key: string;
  /** Node's own. */
  readonly pristine: DnsFunction;
}

export class Replacement {
  readonly #place: Place;
  readonly #ours: DnsFunction;
  readonly #divert: (to: DnsFunction | undefined) => void;
  /** What stood there when ours was put there. */
  #original: DnsFunction;

  /**
   * @param ours carries what it has replaced under a symbol, once it is put in place
   * @param divert makes `ours` hand its calls to another function, or answer them again itself
   */
  constructor(place: Place, ours: DnsFunction, divert: (to: DnsFunction | undefined) => void) {
    this.#place = place;
    this.#ours = ours;
    this.#divert = divert;
    this.#original = place.pristine;
  }

  /** Calls of Node's function come to ours from now on. */
  place(): void {
    const current = this.#current;
    const { placed } = registry();
    const standing = placed.get(this.#place.name);
    this.#divert(undefined);
    if (standing === undefined || current === standing.original || current === this.#place.pristine) {
      // Nobody's of this package: Node's own, or a wrapper around it, which is set aside until `withdraw`.
      this.#stand(current);
    } else if (current === standing.ours && current !== this.#ours) {
      // Another copy's: wrapping it would look everything up twice.
      this.#stand(standing.original);
    } else {
      // Ours, or a wrapper that calls what one of the copies had put there.
      standing.serve(this.#ours);
    }
  }

  /** Calls go to what stood there before ours, from wherever they still come to ours. */
  withdraw(): void {
    const { placed } = registry();
    const { name } = this.#place;
    const standing = placed.get(name);
    if (standing?.ours !== this.#ours) this.#divert(this.#original);
    if (standing?.server !== this.#ours) return;
    standing.serve(standing.original);
    if (this.#current !== standing.ours) return;
    this.#current = standing.original;
    placed.delete(name);
  }

  get #current(): DnsFunction {
    return Reflect.get(this.#place.holder, this.#place.key) as DnsFunction;
  }

  set #current(current: DnsFunction) {
    (this.#place.holder as Record<string, DnsFunction>)[this.#place.key] = current;
  }

  #stand(original: DnsFunction): void {
    const ours = this.#ours;
    const divert = this.#divert;
    Object.defineProperty(ours, INSTALL_SYMBOL, { value: original, configurable: true });
    this.#original = original;
    this.#current = ours;
    const standing: Placed & { server: DnsFunction } = {
      ours,
      original,
      server: ours,
      serve(server) {
        this.server = server;
        divert(server === ours ? undefined : server);
      },
    };
    registry().placed.set(this.#place.name, standing);
  }
}
