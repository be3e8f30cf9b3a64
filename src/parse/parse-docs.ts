import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { DocBlock } from '../core/governance.js';
import type { Project, SourceFile } from '../core/project.js';
import { createSuggester } from '../core/suggest.js';
import { indexLines, locateSpan } from '../core/text-position.js';

/** The blocks of text that descriptions may take up. */
export interface DocTable {
  /** Returns the block that `doc()` names: one of the project, else of any package; or why there is none. */
  find(call: {
    readonly name: string;
    readonly package?: string;
  }): { readonly block: DocBlock } | { readonly problem: Diagnostic };
}

/** Comments and raw text hide blocks; a block begins with `{% docs name %}`. */
const piece =
  /\{#[^]*?#\}|\{%-?\s*raw\s*-?%\}[^]*?\{%-?\s*endraw\s*-?%\}|\{%-?\s*docs\b\s*(?<name>[^%]*?)\s*-?%\}/g;
const ending = /\{%-?\s*enddocs\s*-?%\}/g;

function parseFile(
  { path, content }: SourceFile,
  packageName: string,
): { readonly blocks: readonly DocBlock[]; readonly diagnostics: readonly Diagnostic[] } {
  const blocks: DocBlock[] = [];
  const diagnostics: Diagnostic[] = [];
  const lines = indexLines(content);
  piece.lastIndex = 0;
  for (let match = piece.exec(content); match !== null; match = piece.exec(content)) {
    const name = match.groups?.['name'];
    if (name === undefined) continue;
    const location = locateSpan(lines, path, {
      start: match.index,
      end: match.index + match[0].length,
    });
    ending.lastIndex = piece.lastIndex;
    const end = ending.exec(content);
    if (!/^\w+$/.test(name)) {
      const message = `a docs block has the name '${name}', expected letters, digits and underscores`;
      const hint = 'write {% docs my_name %} … {% enddocs %}';
      diagnostics.push(errorDiagnostic('doc-invalid', message, { location, hint }));
    }
    if (end === null) {
      const message = `the docs block '${name}' does not end`;
      const hint = 'write {% enddocs %} behind its text';
      diagnostics.push(errorDiagnostic('doc-invalid', message, { location, hint }));
      break;
    }
    const contents = content.slice(piece.lastIndex, end.index).trim();
    const uniqueId = `doc.${packageName}.${name}`;
    blocks.push({ uniqueId, name, packageName, path, contents, location });
    piece.lastIndex = ending.lastIndex;
  }
  return { blocks, diagnostics };
}

/**
 * Returns the `{% docs %}` blocks of the project's Markdown files. Diagnostics: `doc-invalid`, and `duplicate-name` for two
 * of one name. Source: https://docs.getdbt.com/docs/build/documentation#using-docs-blocks
 */
export function parseDocs(project: Project): {
  readonly blocks: readonly DocBlock[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const parsed = project.files
    .filter(({ kind, content }) => kind === 'docs' && content.includes('{%'))
    .map((file) => parseFile(file, project.name));
  const diagnostics = parsed.flatMap((each) => each.diagnostics);
  const byId = new Map<string, DocBlock>();
  for (const block of parsed.flatMap(({ blocks }) => blocks)) {
    const first = byId.get(block.uniqueId);
    if (first === undefined) byId.set(block.uniqueId, block);
    else {
      diagnostics.push(
        errorDiagnostic('duplicate-name', `two docs blocks have the name '${block.name}'`, {
          location: block.location,
          related: [{ message: 'first here', location: first.location }],
          hint: 'rename one of them',
        }),
      );
    }
  }
  return { blocks: [...byId.values()], diagnostics };
}

/** Returns the blocks that the descriptions of a package may take up: its own, and those of all packages. */
export function createDocTable(blocks: readonly DocBlock[], packageName: string): DocTable {
  const byId = new Map(blocks.map((block) => [block.uniqueId, block]));
  const suggest = createSuggester(blocks.map(({ name }) => name));
  return {
    find({ name, package: from }) {
      const block =
        byId.get(`doc.${from ?? packageName}.${name}`) ??
        (from === undefined ? blocks.find((each) => each.name === name) : undefined);
      if (block !== undefined) return { block };
      const what = from === undefined ? `'${name}'` : `'${name}' of the package '${from}'`;
      const hint = suggest(name, `write {% docs ${name} %} … {% enddocs %} into a Markdown file`);
      const message = `no Markdown file has a docs block ${what}`;
      return { problem: errorDiagnostic('doc-not-found', message, { hint }) };
    },
  };
}
