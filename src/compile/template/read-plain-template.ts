import type { JsonValue } from '../../core/node.js';
import type { TemplateSource } from '../../core/template.js';
import { loadTemplate, type TemplateText } from './template-text.js';

const tagStart = /\{[{%#]/g;
/** A text whose value is what stands between its quotes. */
const quoted = String.raw`'[^'\\\n]*'|"[^"\\\n]*"`;
const referenceTag = new RegExp(
  String.raw`\{\{ ?(ref|source)\( ?(${quoted})(?:(, ?)(${quoted}))? ?\) ?\}\}`,
  'y',
);
const configStart = /\{\{ ?(?=config\()/y;
const list = String.raw`\[(?:${quoted})(?:, ?(?:${quoted}))*\]`;
const setting = new RegExp(String.raw`\s*([a-z_]+)=(${quoted}|${list}|true|false)\s*`, 'y');
/** Words that mean nothing to Jinja, and are no parameter of `config` itself. */
const plainKeys: ReadonlySet<string> = new Set([
  ...['alias', 'database', 'enabled', 'format', 'full_refresh', 'incremental_strategy', 'location'],
  ...['materialized', 'on_schema_change', 'schema', 'severity', 'tags', 'unique_key'],
]);
const configEnd = /\) ?\}\}/y;

/** Far below what one render may use. */
const longest = 200_000;
const mostTags = 1000;

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

function readLiteral(literal: string): JsonValue {
  if (literal === 'true' || literal === 'false') return literal === 'true';
  if (!literal.startsWith('[')) return literal.slice(1, -1);
  return [...literal.matchAll(new RegExp(quoted, 'g'))].map(([each]) => each.slice(1, -1));
}

/** Reads `{{ config(key='text', …) }}` at an offset. */
function readConfig(text: string, offset: number): PlainConfig | undefined {
  const start = matchAt(configStart, text, offset);
  if (start === null) return undefined;
  const at = configStart.lastIndex;
  const values = new Map<string, JsonValue>();
  let next = at + 'config('.length;
  for (;;) {
    const [, key = '', literal = ''] = matchAt(setting, text, next) ?? [];
    if (!plainKeys.has(key) || values.has(key)) return undefined;
    values.set(key, readLiteral(literal));
    next = setting.lastIndex;
    if (text[next] !== ',') break;
    next += 1;
  }
  return matchAt(configEnd, text, next) === null
    ? undefined
    : { function: 'config', values, start: offset, at, end: configEnd.lastIndex };
}

/** A call of `ref` or `source` in a tag of its own. Offsets are of the template's text. */
export interface PlainReference {
  readonly function: 'ref' | 'source';
  /** What it names: a model, a package and a model, or a source and its table. */
  readonly names: readonly [string] | readonly [string, string];
  /** Where the tag begins, and where it ends. */
  readonly start: number;
  readonly end: number;
  /** Where the function's name stands. */
  readonly at: number;
  /** The text, in quotes, that names the model or table. */
  readonly named: { readonly at: number; readonly length: number };
}

/** A call of `config` in a tag of its own. */
export interface PlainConfig {
  readonly function: 'config';
  readonly values: ReadonlyMap<string, JsonValue>;
  readonly start: number;
  readonly end: number;
  readonly at: number;
}

/** A template whose only tags are calls of `ref`, `source` and `config` with literals. */
export interface PlainTemplate {
  readonly template: TemplateText;
  /** In the order of the text, which is what stands between them. */
  readonly tags: readonly (PlainReference | PlainConfig)[];
}

function toReference(tag: RegExpExecArray, end: number): PlainReference | undefined {
  const [text, name, first = '', comma = '', second] = tag;
  if (name === 'source' && second === undefined) return undefined;
  const start = tag.index;
  const at = start + text.indexOf(first) + (second === undefined ? 0 : first.length + comma.length);
  return {
    function: name === 'source' ? 'source' : 'ref',
    names: second === undefined ? [first.slice(1, -1)] : [first.slice(1, -1), second.slice(1, -1)],
    start,
    end,
    at: start + text.indexOf(name ?? ''),
    named: { at, length: (second ?? first).length },
  };
}

/**
 * Reads a template whose only tags are calls of `ref`, `source` and `config` with literals, without its parser;
 * `undefined` for any other template. Such a template means the same to everybody, as long as no macro has one of the three names.
 */
export function readPlainTemplate(source: TemplateSource): PlainTemplate | undefined {
  if (source.content.length > longest || source.content.includes('\r')) return undefined;
  const template = loadTemplate(source);
  const { text } = template;
  const tags: (PlainReference | PlainConfig)[] = [];
  for (let end = 0; ;) {
    tagStart.lastIndex = end;
    const offset = tagStart.exec(text)?.index ?? -1;
    if (offset < 0) return { template, tags };
    if (tags.length === mostTags) return undefined;
    const call = matchAt(referenceTag, text, offset);
    const tag = call ? toReference(call, referenceTag.lastIndex) : readConfig(text, offset);
    if (tag === undefined) return undefined;
    tags.push(tag);
    end = tag.end;
  }
}
