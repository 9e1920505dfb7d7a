// As much of Markdown as the documents of this repository use.

/** @param {string} source @returns {{ line: string, number: number, code: boolean }[]} */
function lines(source) {
  let code = false;
  return source.split('\n').map((line, index) => {
    const fence = line.startsWith('```');
    const result = { line, number: index + 1, code: code || fence };
    if (fence) code = !code;
    return result;
  });
}

/** The targets of inline links and images, code left out. @param {string} source @returns {string[]} */
export function linksOf(source) {
  const prose = lines(source).filter(({ code }) => !code);
  return prose.flatMap(({ line }) =>
    [...line.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]),
  );
}

/** The anchors that a forge gives to the headings. @param {string} source @returns {Set<string>} */
export function anchorsOf(source) {
  const headings = lines(source).filter(({ line, code }) => !code && /^#{1,6} /.test(line));
  return new Set(
    headings.map(({ line }) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

/**
 * What a translation must keep: levels of headings, code blocks to the letter (comments aside), and for each row
 * of a table what stands in its first cell, when that is code.
 * @param {string} source
 * @returns {{ shape: string, line: number }[]}
 */
export function outline(source) {
  const result = [];
  for (const { line, number, code } of lines(source)) {
    if (code) {
      const statement = line.replace(/\s*(\/\/|(?<=^|\s)#).*$/, '').trimEnd();
      if (statement !== '') result.push({ shape: `code ${statement}`, line: number });
    } else if (/^#{1,6} /.test(line)) {
      result.push({ shape: `heading ${line.indexOf(' ')}`, line: number });
    } else if (line.startsWith('|')) {
      const first = line.split('|')[1]?.trim() ?? '';
      result.push({ shape: first.startsWith('`') ? `row ${first}` : 'row', line: number });
    }
  }
  return result;
}

/** The rows of all tables, without heads; each an array of its cells. @param {string} source @returns {string[][]} */
export function tableRows(source) {
  const rows = lines(source).filter(({ line, code }) => !code && line.startsWith('|'));
  return rows
    .filter(({ number }, index) => {
      // Neither the line of dashes nor the head above it.
      const next = rows[index + 1];
      const isHead = next?.number === number + 1 && /^\|[-| :]+\|$/.test(next.line);
      return !isHead && !/^\|[-| :]+\|$/.test(rows[index].line);
    })
    .map(({ line }) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    );
}
