import * as nodeDns from 'node:dns';
import * as nodePromises from 'node:dns/promises';
import * as resolverModule from '@doubao/resolver';
import dns, { promises as memberPromises, Resolver } from '@doubao/resolver';
import * as promisesModule from '@doubao/resolver/promises';
import promises from '@doubao/resolver/promises';
import { expect, test } from 'vitest';

// What does not fit fails in the type check of this file, before it is run.
const modules: readonly (typeof nodeDns)[] = [dns, resolverModule];
const promiseModules: readonly (typeof nodePromises)[] = [promises, promisesModule, memberPromises];

/** Of each member: whether it is a function, and of how many arguments, or which constant. */
function shapeOf(module: object, keys: readonly string[]): Record<string, unknown> {
  const shape: Record<string, unknown> = {};
  for (const key of keys) {
    const member: unknown = Reflect.get(module, key);
    shape[key] =
      typeof member === 'function' ? member.length : typeof member === 'object' ? 'object' : member;
  }
  return shape;
}

test.each(modules)('takes the place of node:dns', (module) => {
  const keys = Object.keys(nodeDns).filter((key) => key !== 'default');
  expect(shapeOf(module, keys)).toEqual(shapeOf(nodeDns, keys));
});

test.each(promiseModules)('takes the place of node:dns/promises', (module) => {
  const keys = Object.keys(nodePromises).filter((key) => key !== 'default');
  expect(shapeOf(module, keys)).toEqual(shapeOf(nodePromises, keys));
});

test.each([
  [new Resolver(), new nodeDns.Resolver()],
  [new memberPromises.Resolver(), new nodePromises.Resolver()],
])('Resolver has the methods of Node’s', (ours, nodes) => {
  const methods = (resolver: object, depth: number): string[] => {
    let holder = Object.getPrototypeOf(resolver) as object;
    if (depth === 1) holder = Object.getPrototypeOf(holder) as object;
    return Object.getOwnPropertyNames(holder);
  };
  const expected = [...methods(nodes, 0), ...methods(nodes, 1)];
  expect(shapeOf(ours, expected)).toEqual(shapeOf(nodes, expected));
  expect(methods(ours, 0)).toEqual(expect.arrayContaining(expected));
  expect(Object.keys(Object.getPrototypeOf(ours) as object)).toEqual(
    expect.arrayContaining(Object.keys(Object.getPrototypeOf(nodes) as object)),
  );
});
