import { once } from '../../core/once.js';
import type { RenderBindings, RenderedTemplate, TemplateSource } from '../../core/template.js';
import { createMappedOutput } from './output.js';
import { plainNames } from './plain-names.js';
import { readPlainTemplate, type PlainReference } from './read-plain-template.js';

/**
 * Returns what rendering gives of a template whose only tags are calls of `ref`, `source` and `config` with literals,
 * without parsing and running it; `undefined` for any other template, and where a name turns into a problem, which the
 * engine then reports at its place. No macro may have one of the three names.
 */
export function renderPlainTemplate(
  source: TemplateSource,
  bindings: Pick<RenderBindings, 'ref' | 'source' | 'extra' | 'macroResults'>,
): RenderedTemplate | undefined {
  const isTaken = (names: Readonly<Record<string, unknown>> = {}): boolean =>
    plainNames.some((name) => Object.hasOwn(names, name));
  if (isTaken(bindings.extra) || isTaken(bindings.macroResults)) return undefined;
  const plain = readPlainTemplate(source);
  if (plain === undefined) return undefined;
  const { template, tags } = plain;
  const printed: (string | undefined)[] = [];
  let sql = '';
  let end = 0;
  for (const tag of tags) {
    const text = tag.function === 'config' ? '' : print(tag, bindings);
    if (text === undefined) return undefined;
    printed.push(text);
    sql += template.text.slice(end, tag.start) + text;
    end = tag.end;
  }
  // Which place a text comes from is asked where something is wrong with it.
  const toSource = once(() => {
    const output = createMappedOutput();
    const placeOf = (offset: number): { readonly lineno: number; readonly colno: number } => {
      const { line, column } = template.lines.locate(offset);
      return { lineno: line - 1, colno: column - 1 };
    };
    let next = 0;
    tags.forEach((tag, index) => {
      output.writeData(template.text.slice(next, tag.start), placeOf(next));
      output.writeValue(printed[index] ?? '', placeOf(tag.at));
      next = tag.end;
    });
    output.writeData(template.text.slice(next), placeOf(next));
    return output.toSource(template);
  });
  return {
    sql: sql + template.text.slice(end),
    toSource: (line, column) => toSource()(line, column),
    macros: [],
  };
}

/** Returns what a reference prints, `undefined` if it turns into a problem. */
function print(
  { function: kind, names: [first, second] }: PlainReference,
  bindings: Pick<RenderBindings, 'ref' | 'source'>,
): string | undefined {
  const found =
    kind === 'source'
      ? bindings.source({ source: first, table: second ?? '' })
      : bindings.ref({ name: second ?? first, ...(second !== undefined && { package: first }) });
  if (typeof found === 'string') return found;
  return 'problem' in found ? undefined : (found.limitedSql ?? found.sql);
}
