import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Scalar,
  type Document,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { JsonValue } from '../core/node.js';
import { resolveYaml11 } from './resolve-yaml-1-1.js';
import { readAsYaml11 } from './yaml-1-1.js';
import type { YamlEntry, YamlNode, YamlSpan } from './yaml-tree.js';

/** A problem at a range of the text. */
export interface YamlProblem {
  readonly message: string;
  readonly span: YamlSpan;
  readonly hint?: string;
  readonly related?: { readonly message: string; readonly span: YamlSpan };
}

/** A plain scalar that YAML 1.1 tools read differently. */
export interface YamlAmbiguity {
  readonly span: YamlSpan;
  readonly value: JsonValue;
  /** What YAML 1.1 reads: `true`, `an octal number`… */
  readonly yaml11: string;
}

/** What YAML nodes turn into. */
export interface ConvertedYaml {
  readonly root: YamlNode;
  readonly problems: readonly YamlProblem[];
  readonly ambiguities: readonly YamlAmbiguity[];
  /** Keys that stand twice where YAML 1.1 is read, which takes the last one. */
  readonly repetitions?: readonly YamlProblem[];
}

/** A few hundred bytes of nested aliases can stand for billions of values; no honest file comes near this many. */
const maximumAliasedValues = 100_000;
/** Deeper than any configuration, shallow enough for every recursive function that walks the value later. */
const maximumDepth = 64;

type Node = ParsedNode | null | undefined;

/** The version of YAML: dbt reads 1.1. */
export type YamlVersion = '1.1' | '1.2';

/** What converting one document has learned so far. */
interface Conversion {
  readonly text: string;
  readonly version: YamlVersion;
  readonly problems: YamlProblem[];
  readonly ambiguities: YamlAmbiguity[];
  readonly repetitions: YamlProblem[];
  readonly anchors: Map<string, YamlNode>;
  aliasedValues: number;
}

/** Where a node stands: its place in the tree, and the place of its parent if it has none in the text. */
interface Position {
  readonly depth: number;
  readonly parent: YamlSpan;
}

function scalarNode(span: YamlSpan, value: JsonValue): YamlNode {
  return { span, value, children: null, size: 1 };
}

/** Returns the node of a plain scalar as YAML 1.1 has it, and notes what plain data does not hold as it is. */
export function nodeOfYaml11(
  span: YamlSpan,
  source: string,
  {
    problems,
    ambiguities,
  }: { readonly problems: YamlProblem[]; readonly ambiguities: YamlAmbiguity[] },
): YamlNode {
  const { value, printed, kind, problem } = resolveYaml11(source) ?? { value: source };
  if (problem !== undefined)
    problems.push({ message: problem, span, hint: `quote it: '${source}'` });
  if (kind === undefined) return scalarNode(span, value);
  ambiguities.push({ span, value, yaml11: kind });
  return { ...scalarNode(span, value), yaml11: kind, ...(printed !== undefined && { printed }) };
}

/** Returns the node of a plain scalar and notes it if YAML 1.1 reads it differently. */
function plainNode(to: Conversion, span: YamlSpan, value: JsonValue, source: string): YamlNode {
  const yaml11 = readAsYaml11(source);
  if (yaml11 === undefined) return scalarNode(span, value);
  to.ambiguities.push({ span, value, yaml11 });
  return { ...scalarNode(span, value), yaml11 };
}

function convertScalar(to: Conversion, node: Scalar.Parsed, span: YamlSpan): YamlNode {
  const { value } = node;
  const source = to.text.slice(span.start, span.end);
  if (to.version === '1.1' && node.type === Scalar.PLAIN) {
    return nodeOfYaml11(span, node.source, to);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) {
      to.problems.push({ message: `'${source}' is not a finite number`, span });
    } else if (/^[-+]?[0-9]+$/.test(source) && !Number.isSafeInteger(value)) {
      const message = `the number ${source} has too many digits to be kept exactly`;
      to.problems.push({ message, span, hint: `quote it: '${source}'` });
    }
    return plainNode(to, span, value, source);
  }
  if (typeof value === 'string' && node.type === Scalar.PLAIN) {
    return plainNode(to, span, value, source);
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
    return scalarNode(span, value);
  }
  const message = `expected a text, a number, true, false or null, found ${source}`;
  to.problems.push({ message, span, hint: 'quote the value' });
  return scalarNode(span, null);
}

function convertAlias(to: Conversion, name: string, span: YamlSpan): YamlNode {
  const target = to.anchors.get(name);
  if (target === undefined) {
    const message = `the alias *${name} has no anchor &${name} before it`;
    const hint = `an anchor must be complete before it is used; quote the text if '*' is meant literally`;
    to.problems.push({ message, span, hint });
    return scalarNode(span, null);
  }
  const before = to.aliasedValues;
  to.aliasedValues += target.size;
  if (to.aliasedValues <= maximumAliasedValues) return { ...target, span };
  if (before <= maximumAliasedValues) {
    const message = `the aliases of this file stand for more than ${maximumAliasedValues} values`;
    to.problems.push({ message, span, hint: 'write the values out where they are needed' });
  }
  return scalarNode(span, null);
}

function convertSeq(to: Conversion, node: YAMLSeq.Parsed, span: YamlSpan, depth: number): YamlNode {
  const children = node.items.map((item) =>
    convertNode(to, item, { depth: depth + 1, parent: span }),
  );
  return {
    span,
    value: children.map((child) => child.value),
    children,
    size: children.reduce((sum, child) => sum + child.size, 1),
  };
}

/** Returns a key as text; `null` and a problem if it is no scalar. */
function readKey(to: Conversion, node: Node, span: YamlSpan): string | null {
  const value = isAlias(node) ? to.anchors.get(node.source)?.value : isScalar(node) && node.value;
  const source = node == null ? '' : to.text.slice(node.range[0], node.range[1]);
  if (node == null || (isScalar(node) && typeof value !== 'string')) return source;
  if (typeof value !== 'string') {
    const message = `expected a key, found '${source.slice(0, 40)}'`;
    to.problems.push({ message, span, hint: 'quote a value that starts with {{ or [' });
    return null;
  }
  if (value !== '__proto__') return value;
  to.problems.push({ message: `the key '__proto__' is not allowed`, span });
  return null;
}

/** Returns the entries that a merge key brings in; of mappings in a list, earlier ones go first. */
function readMerge(to: Conversion, node: YamlNode): ReadonlyMap<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>();
  const sources = Array.isArray(node.children) ? (node.children as readonly YamlNode[]) : [node];
  for (const source of sources) {
    if (source.children instanceof Map) {
      for (const [key, entry] of source.children as ReadonlyMap<string, YamlEntry>) {
        if (!entries.has(key)) entries.set(key, entry);
      }
    } else {
      const message = `the merge key '<<' expects a mapping or a list of mappings`;
      to.problems.push({ message, span: source.span, hint: `write '<<: *anchor'` });
    }
  }
  return entries;
}

function convertMap(to: Conversion, node: YAMLMap.Parsed, span: YamlSpan, depth: number): YamlNode {
  const own = new Map<string, YamlEntry>();
  let merged: ReadonlyMap<string, YamlEntry> = new Map();
  for (const pair of node.items) {
    const keySpan = spanOf(pair.key) ?? span;
    const key = readKey(to, pair.key, keySpan);
    const value = convertNode(to, pair.value, { depth: depth + 1, parent: keySpan });
    if (key === null) continue;
    const first = own.get(key);
    if (key === '<<' && isScalar(pair.key) && pair.key.type === Scalar.PLAIN) {
      merged = new Map([...readMerge(to, value), ...merged]);
    } else if (first === undefined) own.set(key, { keySpan, node: value });
    else if (to.version === '1.1') {
      own.set(key, { keySpan, node: value });
      to.repetitions.push({
        message: `the key '${key}' stands twice in the same mapping: the last one counts, as in dbt`,
        span: keySpan,
        hint: 'remove one of the two',
        related: { message: `'${key}' stands here first`, span: first.keySpan },
      });
    } else {
      to.problems.push({
        message: `the key '${key}' stands twice in the same mapping`,
        span: keySpan,
        hint: 'remove one of the two',
        related: { message: `'${key}' stands here first`, span: first.keySpan },
      });
    }
  }
  const children = merged.size === 0 ? own : new Map([...merged, ...own]);
  const value: Record<string, JsonValue> = {};
  let size = 1;
  for (const [key, entry] of children) {
    value[key] = entry.node.value;
    size += entry.node.size;
  }
  return { span, value, children, size };
}

/** Returns the range of a node, if it takes any room: an empty value does not. */
function spanOf(node: Node): YamlSpan | undefined {
  if (node == null || node.range[0] === node.range[1]) return undefined;
  return { start: node.range[0], end: node.range[1] };
}

function convertNode(to: Conversion, node: Node, { depth, parent }: Position): YamlNode {
  const span = spanOf(node) ?? parent;
  if (node == null) return scalarNode(span, null);
  if (depth > maximumDepth) {
    to.problems.push({ message: `values are nested deeper than ${maximumDepth} levels`, span });
    return scalarNode(span, null);
  }
  if (isAlias(node)) return convertAlias(to, node.source, span);
  const converted = isMap(node)
    ? convertMap(to, node, span, depth)
    : isSeq(node)
      ? convertSeq(to, node, span, depth)
      : convertScalar(to, node, span);
  if (node.anchor !== undefined) to.anchors.set(node.anchor, converted);
  return converted;
}

/**
 * Turns a parsed document into plain values with their places. Anchors, aliases and merge keys (`<<`) are resolved,
 * aliases share the value of their anchor. Problems: duplicate keys (in YAML 1.1, as Python reads it, the last one counts), keys that are not scalars, aliases without an anchor
 * or with too many values, numbers that JavaScript cannot hold exactly, nesting deeper than 64.
 */
export function convertYaml(
  document: Document.Parsed,
  text: string,
  version: YamlVersion,
): ConvertedYaml {
  const to: Conversion = {
    text,
    version,
    problems: [],
    ambiguities: [],
    repetitions: [],
    anchors: new Map(),
    aliasedValues: 0,
  };
  const root = convertNode(to, document.contents, { depth: 0, parent: { start: 0, end: 0 } });
  return {
    root,
    problems: to.problems,
    ambiguities: to.ambiguities,
    ...(to.repetitions.length > 0 && { repetitions: to.repetitions }),
  };
}
