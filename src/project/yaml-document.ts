import { parseDocument, type Document, type YAMLError } from 'yaml';
import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import { indexLines, locateSpan, type TextLines } from '../core/text-position.js';
import {
  convertYaml,
  type YamlAmbiguity,
  type YamlProblem,
  type YamlVersion,
} from './convert-yaml.js';
import { readPlainYaml, type PlainYaml } from './read-plain-yaml.js';
import { childOf, type YamlNode, type YamlSpan } from './yaml-tree.js';

/** A path into a value: keys and indexes from the root. */
export type ValuePath = readonly (string | number)[];

/** A YAML file as a plain value that can tell where everything stands. */
export interface YamlDocument {
  readonly path: string;
  /** `null` for an empty file. */
  readonly value: JsonValue;
  readonly root: YamlNode;
  readonly ambiguities: readonly YamlAmbiguity[];
  /** Whether any text of the file may hold Jinja. */
  readonly holdsTemplates: boolean;
  locateSpan(span: YamlSpan): SourceLocation;
  /** Returns a range as it is spelt in the file. */
  textOf(span: YamlSpan): string;
  /**
   * Returns the place of the value at a path, or of its nearest enclosing value; with `key`, of the key rather than of
   * its value. Always with line, column, length and source line.
   */
  locate(path: ValuePath, options?: { readonly key?: boolean }): SourceLocation;
  /** Returns the node at a path, if there is one. */
  nodeAt(path: ValuePath): YamlNode | undefined;
}

/** The next step, by the library's error code. */
const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BLOCK_AS_IMPLICIT_KEY: `quote a text that holds ': '`,
  MULTIPLE_DOCS: `remove the '---' line, or write two files`,
  UNRESOLVED_TAG:
    'tags that start with ! are not supported; quote the text if it is meant literally',
  TAG_RESOLVE_FAILED:
    'tags that start with ! are not supported; quote the text if it is meant literally',
  BAD_SCALAR_START: 'quote the text',
};

/** Better words for some of the library's messages, by message or code. */
const messages: Readonly<Record<string, string>> = {
  'Nested mappings are not allowed in compact mappings':
    'expected one value, found another key in it',
  MULTIPLE_DOCS: 'expected one YAML document in the file, found several',
};

/** YAML takes `{{ … }}` without quotes for a mapping inside a mapping. */
const unquotedTemplate = /^[^'"#]*[:-]\s+\{[{%]/;
const quoteTemplate = 'quote a value that starts with {{';

/** Returns the library's complaints, the first of each line: later ones on a line follow from it. */
function syntaxProblems(document: Document.Parsed, lines: TextLines): readonly YamlProblem[] {
  const seen = new Set<number>();
  return [...document.errors, ...document.warnings]
    .sort((a, b) => a.pos[0] - b.pos[0])
    .filter((error) => {
      const { line } = lines.locate(error.pos[0]);
      return seen.has(line) ? false : seen.add(line);
    })
    .map((error: YAMLError): YamlProblem => {
      const line = lines.lineText(lines.locate(error.pos[0]).line);
      const hint = unquotedTemplate.test(line) ? quoteTemplate : hints[error.code];
      return {
        message: messages[error.message] ?? messages[error.code] ?? error.message,
        span: { start: error.pos[0], end: error.pos[1] },
        ...(hint !== undefined && { hint }),
      };
    });
}

/** Returns the value of a text in any YAML, or all that is wrong with it. */
function readWithLibrary(
  text: string,
  version: YamlVersion,
  linesOf: () => TextLines,
): PlainYaml | { readonly problems: readonly YamlProblem[] } {
  let document: Document.Parsed;
  try {
    // Duplicate keys and merge keys are dealt with in convertYaml, which knows both places.
    document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    // The library recurses; thousands of nested brackets exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    const message = 'values are nested too deeply to be read';
    return { problems: [{ message, span: { start: 0, end: 1 } }] };
  }
  if (document.errors.length + document.warnings.length > 0) {
    return { problems: syntaxProblems(document, linesOf()) };
  }
  const { problems, ...value } = convertYaml(document, text, version);
  return problems.length > 0 ? { problems } : value;
}

/**
 * Returns a YAML text as a value with places: one document, in YAML 1.2, or as PyYAML reads 1.1 for dbt's files. `path` names the
 * file in diagnostics.
 * Diagnostics: `yaml-syntax` for anything that is not valid YAML, duplicate keys, unknown aliases and tags, values that
 * JSON cannot hold, alias bombs; a warning for keys that stand twice in YAML 1.1.
 */
export function parseYaml(
  text: string,
  path: string,
  { version = '1.2' }: { readonly version?: YamlVersion } = {},
): Result<YamlDocument> {
  let lines: TextLines | undefined;
  const linesOf = (): TextLines => (lines ??= indexLines(text));
  const locateRange = (span: YamlSpan): SourceLocation => locateSpan(linesOf(), path, span);
  const describe = (
    { message, span, hint, related }: YamlProblem,
    create: typeof errorDiagnostic,
  ): Diagnostic =>
    create('yaml-syntax', message, {
      location: locateRange(span),
      hint,
      related: related && [{ message: related.message, location: locateRange(related.span) }],
    });

  const read = readPlainYaml(text, version) ?? readWithLibrary(text, version, linesOf);
  if ('problems' in read) {
    return failure(read.problems.map((each) => describe(each, errorDiagnostic)));
  }
  const { root, ambiguities, repetitions = [] } = read;

  const walk = (steps: ValuePath): { readonly node: YamlNode; readonly keySpan: YamlSpan } => {
    let place = { node: root, keySpan: root.span };
    for (const step of steps) {
      const next = childOf(place.node, step);
      if (next === undefined) break;
      place = next;
    }
    return place;
  };
  const nodeAt = (steps: ValuePath): YamlNode | undefined => {
    let node: YamlNode | undefined = root;
    for (const step of steps) node = node && childOf(node, step)?.node;
    return node;
  };
  const yaml: YamlDocument = {
    path,
    value: root.value,
    root,
    ambiguities,
    holdsTemplates: /\{[{%#]/.test(text),
    locateSpan: locateRange,
    textOf: ({ start, end }) => text.slice(start, end),
    locate: (steps, { key = false } = {}) => {
      const place = walk(steps);
      return locateRange(key ? place.keySpan : place.node.span);
    },
    nodeAt,
  };
  return success(
    yaml,
    repetitions.map((each) => describe(each, warningDiagnostic)),
  );
}
