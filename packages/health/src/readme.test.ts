import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as exported from './index.ts';

it("the README's example prints what the README says", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, source = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  const [, printed = ''] = /prints\n\n```text\n(.*?)```/s.exec(readme) ?? [];
  const lines: string[] = [];
  const body = source.replace(/^import (\{.*\}) from '@doubao\/resolver-health';$/m, 'const $1 = exported;');
  new Function('exported', 'console', body)(exported, { log: (line: string) => lines.push(line) });
  expect(`${lines.join('\n')}\n`).toBe(printed);
});
