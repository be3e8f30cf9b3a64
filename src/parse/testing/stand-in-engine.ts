import { errorDiagnostic } from '../../core/diagnostic.js';
import type { JsonValue } from '../../core/node.js';
import { failure, success } from '../../core/result.js';
import type { TemplateEngine, TemplateSource } from '../../core/template.js';

/**
 * A template engine for tests of this room, which cannot import the real one: it knows `ref('…')`, `source('…', '…')`,
 * `config(key=<JSON>)`, `var('…')` and `{{ '{' }}`, nothing else. `{{ broken }}` fails.
 */
export const standInEngine: TemplateEngine = {
  macros: [],
  capture(source) {
    const { content } = source;
    if (content.includes('{{ broken }}')) return broken(source);
    const configCalls = [...content.matchAll(/config\((?<text>(?:[^()'"]|"[^"]*")*)\)/g)];
    const sql = content
      .replace(/\{\{ '\{' \}\}/g, '{')
      .replace(/\{\{ config.*?\}\}/gs, '')
      .replace(/--.*/g, '');
    return success({
      refs: [...content.matchAll(/ref\((?:'(?<pkg>[^']*)', )?'(?<name>(?:[^'\\]|\\.)*)'\)/g)].map(
        (match) => ({
          name: (match.groups?.name ?? '').replaceAll('\\', ''),
          ...(match.groups?.pkg !== undefined && { package: match.groups.pkg }),
          location: { path: source.path, ...placeOf(content, match.index) },
        }),
      ),
      sources: [...content.matchAll(/source\('(?<source>[^']*)', '(?<table>[^']*)'\)/g)].map(
        (match) => ({
          source: match.groups?.source ?? '',
          table: match.groups?.table ?? '',
          location: { path: source.path, ...placeOf(content, match.index) },
        }),
      ),
      config: Object.fromEntries(
        configCalls.flatMap((call) =>
          [
            ...(call.groups?.text ?? '').matchAll(/(?<key>\w+)=(?<value>\[[^\]]*\]|"[^"]*"|\w+)/g),
          ].map((pair) => [
            pair.groups?.key ?? '',
            JSON.parse(pair.groups?.value ?? '') as JsonValue,
          ]),
        ),
      ),
      configCalls: configCalls.map((call) => placeOf(content, call.index)),
      macros: [],
      vars: [],
      hasSql: sql.trim() !== '',
    });
  },
  render(source, context, bindings) {
    const { content } = source;
    if (content.includes('{{ broken }}')) return broken(source);
    const called = /\{\{ ref\('(?<name>[^']*)'\) \}\}/.exec(content)?.groups?.name;
    const resolved = called === undefined ? '' : bindings.ref({ name: called });
    if (typeof resolved === 'object' && 'problem' in resolved) return failure([resolved.problem]);
    const sql = content.replace(/\{\{ var\('([^']*)'\) \}\}/g, (_, name: string) => {
      const value = context.vars[name];
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
    return success({ sql, toSource: () => undefined, macros: [] });
  },
};

function broken(source: TemplateSource) {
  const location = { path: source.path, line: 1, column: 4 };
  return failure([errorDiagnostic('template-undefined', "'broken' is not defined", { location })]);
}

function placeOf(content: string, index: number) {
  const before = content.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
