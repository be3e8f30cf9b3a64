import type { JsonValue, RefCall, SourceCall } from '../../core/node.js';
import { success } from '../../core/result.js';
import type { CapturedTemplate, TemplateEngine, TemplateSource } from '../../core/template.js';
import { placeholder } from './capture-template.js';
import { hasSqlText } from './has-sql.js';
import { hasPlainNames } from './plain-names.js';
import { readPlainTemplate } from './read-plain-template.js';
import { locatePlace, type TemplateText } from './template-text.js';

/**
 * Returns what `captureTemplate` learns of a template whose only tags are calls of `ref`, `source` and `config` with
 * literals, without parsing and running it; `undefined` for any other template. A template sees these three names as
 * they are: no macro can take them.
 */
export function capturePlainTemplate(source: TemplateSource): CapturedTemplate | undefined {
  const plain = readPlainTemplate(source);
  if (plain === undefined) return undefined;
  const { template } = plain;
  const refs: RefCall[] = [];
  const sources: SourceCall[] = [];
  const config = new Map<string, JsonValue>();
  const configCalls: { readonly line: number; readonly column: number }[] = [];
  let output = '';
  let end = 0;
  for (const tag of plain.tags) {
    output += template.text.slice(end, tag.start);
    end = tag.end;
    if (tag.function === 'config') {
      for (const [key, value] of tag.values) config.set(key, value);
      const { line, column } = template.lines.locate(tag.at);
      configCalls.push({ line: template.firstLine + line - 1, column });
      continue;
    }
    output += placeholder.text ?? '';
    const location = locateLiteral(template, tag.named.at, tag.named.length);
    const [first, second] = tag.names;
    if (tag.function === 'source') sources.push({ source: first, table: second ?? '', location });
    else {
      refs.push({
        name: second ?? first,
        ...(second !== undefined && { package: first }),
        location,
      });
    }
  }
  return {
    refs,
    sources,
    config: Object.fromEntries(config),
    configCalls,
    macros: [],
    directMacros: [],
    vars: [],
    hasSql: hasSqlText(output + template.text.slice(end)),
  };
}

function locateLiteral(template: TemplateText, offset: number, length: number) {
  const { line, column } = template.lines.locate(offset);
  return locatePlace(template, { lineno: line - 1, colno: column - 1, length });
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
