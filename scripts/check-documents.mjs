// The documents say what is there: links and anchors resolve, and the Chinese README has the structure of the
// English one, with the same code blocks and tables of the same size.

import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { anchorsOf, linksOf, outline } from './markdown.mjs';

const root = new URL('..', import.meta.url).pathname;

async function documents() {
  const found = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  for (const folder of ['docs', 'packages', 'crates', 'benchmarks', 'test']) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of await readdir(join(root, folder), { recursive: true })) {
      if (entry.endsWith('.md') && !/(^|\/)(node_modules|dist|target)\//.test(entry)) {
        found.push(join(folder, entry));
      }
    }
  }
  return found;
}

const problems = [];
const text = new Map();
for (const path of await documents()) {
  if (existsSync(join(root, path))) text.set(path, readFileSync(join(root, path), 'utf8'));
  else problems.push(`${path}: missing`);
}

for (const [path, source] of text) {
  for (const link of linksOf(source)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [file, anchor] = link.split('#');
    const target = file === '' ? path : normalize(join(dirname(path), file));
    if (!existsSync(join(root, target))) problems.push(`${path}: ${link} does not exist`);
    else if (anchor !== undefined && text.has(target) && !anchorsOf(text.get(target)).has(anchor)) {
      problems.push(`${path}: ${link} names no heading`);
    }
  }
}

const english = outline(text.get('README.md') ?? '');
const chinese = outline(text.get('README.zh-CN.md') ?? '');
for (let index = 0; index < Math.max(english.length, chinese.length); index++) {
  if (english[index]?.shape === chinese[index]?.shape) continue;
  problems.push(
    `README.zh-CN.md: ${chinese[index]?.shape ?? 'ends'} (line ${chinese[index]?.line ?? '-'}) where README.md has ` +
      `${english[index]?.shape ?? 'ended'} (line ${english[index]?.line ?? '-'})`,
  );
  break;
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
