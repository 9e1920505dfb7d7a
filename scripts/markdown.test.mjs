import { expect, it } from 'vitest';
import { anchorsOf, linksOf, outline, tableRows } from './markdown.mjs';

it('finds links, not code that looks like one', () => {
  const source = 'See [a](a.md#x) and `[b](b.md)`.\n```ts\nf[0](c)\n```\n![d](d.svg)';
  expect(linksOf(source)).toEqual(['a.md#x', 'd.svg']);
});

it('names headings as a forge does', () => {
  const anchors = anchorsOf('# `lookup` is Node’s\n```sh\n# no heading\n```\n## 错误 and `code`s');
  expect([...anchors]).toEqual(['lookup-is-nodes', '错误-and-codes']);
});

it('keeps what a translation must keep and drops what it may change', () => {
  const english = '# Title\ntext\n```ts\nrun(); // now\n```\n| Option | Means |\n|---|---|\n| `a` | first |';
  const chinese = '# 标题\n文字\n```ts\nrun(); // 现在\n```\n| 选项 | 含义 |\n|---|---|\n| `a` | 第一 |';
  const shapes = (source) => outline(source).map(({ shape }) => shape);
  expect(shapes(chinese)).toEqual(shapes(english));
  expect(shapes(english)).toContain('row `a`');
  expect(shapes(chinese.replace('run()', 'stop()'))).not.toEqual(shapes(english));
});

it('reads the rows of tables without their heads', () => {
  const source = '| A | B |\n|---|---|\n| `x` | 1 |\n\n| C |\n|:-:|\n| y |';
  expect(tableRows(source)).toEqual([['`x`', '1'], ['y']]);
});
