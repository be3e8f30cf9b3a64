import type { JsonValue, RefCall, SourceCall } from '../../core/node.js';
import { success } from '../../core/result.js';
import type { CapturedTemplate, TemplateEngine, TemplateSource } from '../../core/template.js';
import { placeholder } from './capture-template.js';
import { hasSqlText } from './has-sql.js';
import { loadTemplate, locatePlace, type TemplateText } from './template-text.js';

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
function readConfig(
  text: string,
  offset: number,
):
  | { readonly values: ReadonlyMap<string, JsonValue>; readonly at: number; readonly end: number }
  | undefined {
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
    : { values, at, end: configEnd.lastIndex };
}

/**
 * Returns what `captureTemplate` learns of a template whose only tags are calls of `ref`, `source` and `config` with
 * literals, without parsing and running it; `undefined` for any other template. A template sees these three names as
 * they are: no macro can take them.
 */
export function capturePlainTemplate(source: TemplateSource): CapturedTemplate | undefined {
  if (source.content.length > longest || source.content.includes('\r')) return undefined;
  const template = loadTemplate(source);
  const { text } = template;
  const refs: RefCall[] = [];
  const sources: SourceCall[] = [];
  const config = new Map<string, JsonValue>();
  const configCalls: { readonly line: number; readonly column: number }[] = [];
  let output = '';
  let end = 0;
  for (let tags = 0; ; tags++) {
    tagStart.lastIndex = end;
    const offset = tagStart.exec(text)?.index ?? -1;
    if (offset < 0) break;
    if (tags === mostTags) return undefined;
    output += text.slice(end, offset);
    const call = matchAt(referenceTag, text, offset);
    if (call !== null) {
      const [tag, name, first = '', comma = '', second] = call;
      if (name === 'source' && second === undefined) return undefined;
      const at =
        offset + tag.indexOf(first) + (second === undefined ? 0 : first.length + comma.length);
      const location = locateLiteral(template, at, (second ?? first).length);
      const names = [first, second].map((each) => each?.slice(1, -1));
      if (name === 'source')
        sources.push({ source: names[0] ?? '', table: names[1] ?? '', location });
      else {
        refs.push({
          name: names[1] ?? names[0] ?? '',
          ...(names[1] !== undefined && { package: names[0] ?? '' }),
          location,
        });
      }
      output += placeholder.text ?? '';
      end = referenceTag.lastIndex;
      continue;
    }
    const settings = readConfig(text, offset);
    if (!settings) return undefined;
    for (const [key, value] of settings.values) config.set(key, value);
    const { line, column } = template.lines.locate(settings.at);
    configCalls.push({ line: template.firstLine + line - 1, column });
    end = settings.end;
  }
  return {
    refs,
    sources,
    config: Object.fromEntries(config),
    configCalls,
    macros: [],
    directMacros: [],
    vars: [],
    hasSql: hasSqlText(output + text.slice(end)),
  };
}

function locateLiteral(template: TemplateText, offset: number, length: number) {
  const { line, column } = template.lines.locate(offset);
  return locatePlace(template, { lineno: line - 1, colno: column - 1, length });
}

const namesAsTheyAre: readonly string[] = ['ref', 'source', 'config'];

/** Returns whether templates mean the three functions by these names, and no macros. */
export function hasPlainNames({ macros }: Pick<TemplateEngine, 'macros'>): boolean {
  return !macros.some(({ name }) => namesAsTheyAre.includes(name));
}

/**
 * Returns an engine that asks `engine` only for what `capturePlainTemplate` cannot tell. Where a macro has the name of
 * one of the three functions, that is everything.
 */
export function capturePlainFirst(engine: TemplateEngine): TemplateEngine {
  if (!hasPlainNames(engine)) return engine;
  return {
    ...engine,
    capture(source, context, bindings) {
      const plain = bindings?.extra === undefined ? capturePlainTemplate(source) : undefined;
      return plain ? success(plain) : engine.capture(source, context, bindings);
    },
  };
}
