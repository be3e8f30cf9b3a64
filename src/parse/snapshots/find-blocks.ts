import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { SourceLocation } from '../../core/diagnostic.js';
import type { SourceFile } from '../../core/project.js';
import { indexLines, locateSpan } from '../../core/text-position.js';

/** A `{% snapshot name %} … {% endsnapshot %}` of a file. */
export interface SnapshotBlock {
  readonly name: string;
  /** The place of the name. */
  readonly location: SourceLocation;
  /** The file with everything outside of the block blanked out, so that places in it are those of the file. */
  readonly content: string;
  /** What stands in the block. */
  readonly body: string;
}

/** Comments and raw text, in which a tag is none, and the tags of blocks. */
const piece =
  /\{#[^]*?#\}|\{%[-+]?\s*raw\s*[-+]?%\}[^]*?\{%[-+]?\s*endraw\s*[-+]?%\}|\{%[-+]?\s*(?:snapshot\s+(?<name>[A-Za-z_]\w*)|(?<end>endsnapshot))\s*[-+]?%\}/gu;

const blank = (text: string): string =>
  text.replace(/[^\r\n]/gu, (each) => ' '.repeat(each.length));

/**
 * Returns the snapshots of a SQL file under the snapshot paths. Code: `snapshot-invalid` for a block that does not end or
 * stands in another, and for a file without any; a warning for text outside of blocks, which is left out, as in dbt.
 */
export function findBlocks({ path, content }: SourceFile): {
  readonly blocks: readonly SnapshotBlock[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const lines = indexLines(content);
  const blocks: SnapshotBlock[] = [];
  const diagnostics: Diagnostic[] = [];
  const report = (message: string, hint: string, start: number, length: number): void => {
    const location = locateSpan(lines, path, { start, end: start + length });
    diagnostics.push(errorDiagnostic('snapshot-invalid', message, { location, hint }));
  };
  let open: { readonly name: string; readonly at: number; readonly from: number } | undefined;
  let outside = '';
  let left = 0;
  for (const found of content.matchAll(piece)) {
    const [tag] = found;
    const { name, end } = found.groups ?? {};
    const after = found.index + tag.length;
    if (name === undefined && end === undefined) {
      if (open === undefined) outside += content.slice(left, found.index);
      if (open === undefined) left = after;
      continue;
    }
    if (open === undefined) outside += content.slice(left, found.index);
    left = after;
    if (name !== undefined) {
      const at = found.index + tag.indexOf(name, tag.indexOf('snapshot') + 'snapshot'.length);
      if (open !== undefined) {
        const message = `the snapshot '${name}' begins before the snapshot '${open.name}' ends`;
        report(message, 'write {% endsnapshot %} between them', at, name.length);
      }
      open = { name, at, from: after };
    } else if (open === undefined) {
      const message = 'a snapshot ends here that does not begin';
      report(message, 'write {% snapshot name %} before it, or remove it', found.index, tag.length);
    } else {
      const { at, from } = open;
      blocks.push({
        name: open.name,
        location: locateSpan(lines, path, { start: at, end: at + open.name.length }),
        content: `${blank(content.slice(0, from))}${content.slice(from, found.index)}${blank(content.slice(found.index))}`,
        body: content.slice(from, found.index),
      });
      open = undefined;
    }
  }
  if (open !== undefined) {
    const message = `the snapshot '${open.name}' does not end`;
    report(message, 'write {% endsnapshot %} after its query', open.at, open.name.length);
  } else outside += content.slice(left);
  if (blocks.length === 0 && diagnostics.length === 0) {
    const message = 'expected a {% snapshot name %} block, found none';
    const hint = 'write {% snapshot name %} before the query and {% endsnapshot %} after it';
    diagnostics.push(errorDiagnostic('snapshot-invalid', message, { location: { path }, hint }));
  } else if (outside.replace(/--.*$/gmu, '').trim() !== '' && diagnostics.length === 0) {
    const message = 'text outside of the snapshot blocks is left out';
    const hint = 'move it into a block, or macros into a file under `macro-paths`';
    diagnostics.push(warningDiagnostic('snapshot-invalid', message, { location: { path }, hint }));
  }
  return { blocks, diagnostics };
}
