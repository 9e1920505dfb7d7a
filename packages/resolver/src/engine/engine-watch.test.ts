import { expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { readOptions } from '../configuration/options.ts';
import type { FakeBinding } from '../test-support/fake-binding.ts';
import { fakeSurroundings } from '../test-support/fake-resolver.ts';

function open(): { readonly engine: Engine; readonly binding: FakeBinding } {
  const { surroundings, binding } = fakeSurroundings();
  return { engine: new Engine(readOptions({}), surroundings), binding };
}

it('a watched file is watched by the resolver that replaces another, and by it only', () => {
  const { engine, binding } = open();
  engine.watch('/a', () => undefined);
  expect(binding.watched).toEqual(['/a']);
  engine.reconfigure(readOptions({ ndots: 2 }));
  expect(binding.watched).toEqual(['/a', '/a', undefined]);
});

it('who watches is told of this file, until it no longer wants to be', () => {
  const { engine, binding } = open();
  let changes = 0;
  const cease = engine.watch('/a', () => changes++);
  binding.tell({ event: 'file-changed', path: '/b' });
  binding.tell({ event: 'resumed' });
  expect(changes).toBe(0);
  binding.tell({ event: 'file-changed', path: '/a' });
  expect(changes).toBe(1);
  cease();
  expect(binding.watched).toEqual(['/a', undefined]);
  binding.tell({ event: 'file-changed', path: '/a' });
  expect(changes).toBe(1);
});

it('a closed resolver watches nothing and takes no other options', async () => {
  const { engine, binding } = open();
  const cease = engine.watch('/a', () => undefined);
  await engine.close();
  cease();
  engine.reconfigure(readOptions({ ndots: 2 }));
  expect(binding.watched).toEqual(['/a']);
  expect(binding.opened).toHaveLength(1);
});
