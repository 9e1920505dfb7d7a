/** `instanceof` that holds between copies of a package, for the error classes of this one and of `@doubao/resolver`. */

/**
 * Gives a class its name and makes `instanceof` look at a registered symbol, so that it holds for errors of another
 * copy of the package. Classes that users derive from it keep the ordinary `instanceof`.
 */
export function brand(constructor: abstract new (...parameters: never[]) => Error, name: string): void {
  const mark = Symbol.for(`doubao.resolver.error.${name}`);
  Object.defineProperty(constructor.prototype, 'name', { value: name, writable: true, configurable: true });
  Object.defineProperty(constructor.prototype, mark, { value: true });
  Object.defineProperty(constructor, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== constructor) return Function.prototype[Symbol.hasInstance].call(this as () => void, value);
      return typeof value === 'object' && value !== null && mark in value;
    },
  });
}
