import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

test.each(sources)('%s imports nothing from elsewhere, reads no clock and draws no random number', (name) => {
  const source = readFileSync(new URL(name, folder), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');
  const imported = [...source.matchAll(/from '(.*?)'/g)].map(([, specifier]) => specifier);
  for (const specifier of imported) expect(specifier).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
  expect(source).not.toMatch(
    /\b(?:Date|performance|process|globalThis|import\(|Math\.random|set(?:Timeout|Interval|Immediate))/,
  );
});
