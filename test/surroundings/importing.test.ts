import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

/** With the addon where the loader's package has one that was built there. */
let built: Project;
/** With it where npm puts it, in a package for each platform. */
let published: Project;

beforeAll(() => {
  built = createProject();
  published = createProject();
  const scope = join(published.folder, 'node_modules/@doubao');
  const loader = join(scope, 'resolver-native');
  for (const addon of readdirSync(loader).filter((name) => name.endsWith('.node'))) {
    const name = `resolver-native-${addon.split('.')[1]}`;
    mkdirSync(join(scope, name));
    renameSync(join(loader, addon), join(scope, name, addon));
    published.write(`node_modules/@doubao/${name}/package.json`, JSON.stringify({ main: addon }));
  }
  for (const project of [built, published]) project.program('builtins.mjs');
});
afterAll(() => {
  for (const project of [built, published]) project[Symbol.dispose]();
});

describe.each(nodes)('on Node $version', (node) => {
  // An import of `fs`, `net` or `v8` would bring streams with it, and take longer than the addon.
  test('importing loads no more of Node than it takes to stand in for dns and to load an addon', async () => {
    const loaded = await Promise.all(
      [built, published].map(({ folder: cwd }) => report<string[]>(node, ['builtins.mjs'], { cwd })),
    );
    expect(loaded.map((names) => names.toSorted())).toEqual([
      ['dns', 'module'],
      ['dns', 'module'],
    ]);
  });
});
