import type { JsonValue, RefCall, SourceCall } from '../core/node.js';
import type { SourceFile } from '../core/project.js';
import { indexLines, locateSpan } from '../core/text-position.js';
import type { CapturedFile } from './capture-file.js';

const text = `(?:'([^'\\\\\\n]*)'|"([^"\\\\\\n]*)")`;
/** What stands in a comment or in a text of several lines is no call. */
const passedOver = /'''[\s\S]*?'''|"""[\s\S]*?"""|#[^\n]*/g;

/**
 * Returns what a model in Python reads and how it is materialized, as far as it stands there in plain words, which is what dbt
 * asks for too: `dbt.ref('…')`, `dbt.source('…', '…')`, `dbt.config(materialized='…')`. It is never run.
 * Source: https://docs.getdbt.com/docs/build/python-models
 */
export function capturePython(file: SourceFile): CapturedFile {
  const lines = indexLines(file.content);
  const code = file.content.replace(passedOver, (found) => found.replace(/[^\n]/g, ' '));
  const calls = (name: string) =>
    [...code.matchAll(new RegExp(`\\bdbt\\.${name}\\(\\s*${text}(?:\\s*,\\s*${text})?`, 'g'))].map(
      (found) => {
        const start = found.index;
        return {
          first: found[1] ?? found[2] ?? '',
          second: found[3] ?? found[4],
          location: locateSpan(lines, file.path, { start, end: start + found[0].length }),
        };
      },
    );
  const refs = calls('ref').map(({ first, second, location }): RefCall =>
    second === undefined ? { name: first, location } : { package: first, name: second, location },
  );
  const sources = calls('source').flatMap(({ first, second, location }): SourceCall[] =>
    second === undefined ? [] : [{ source: first, table: second, location }],
  );
  const found = new RegExp(`\\bdbt\\.config\\([^)]*?\\bmaterialized\\s*=\\s*${text}`).exec(code);
  const config: Readonly<Record<string, JsonValue>> = found
    ? { materialized: found[1] ?? found[2] ?? '' }
    : {};
  const captured = { refs, sources, config, configCalls: [], macros: [], vars: [], hasSql: true };
  return { file, captured, config };
}
