/** Returns a Markdown table with columns as wide as their widest cell, as the formatter wants it. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join(
    '\n',
  );
}

/** Returns an item of a Markdown list, its words on lines of at most 140 characters. */
export function markdownItem(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = `${indent}-`;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > 140) {
      lines.push(line);
      line = `${indent} `;
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
