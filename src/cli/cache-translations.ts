import type { Dialect, TableColumns, TypedColumn } from '../core/adapter.js';
import { toPlainJson } from '../core/plain-json.js';
import { success } from '../core/result.js';
import { hashTexts } from '../project/hash-text.js';
import type { ParseCache } from '../project/parse-cache.js';

/** What a translation was told of tables: by the name that it asked for, as JSON, the hash of the answer; null if nothing is known. */
type Told = readonly (readonly [name: string, answer: string | null])[];

/** A translated query as it is kept. */
interface KeptTranslation {
  readonly sql: string;
  /** Left out where the translation has none. */
  readonly columns?: readonly TypedColumn[];
  readonly told: Told;
}

/** As many queries are translated as fast as what was kept is read. */
const fewest = 100;

type TranslateOptions = Parameters<Dialect['translate']>[1];

/**
 * Returns a dialect that translates a query once and from then on knows the outcome. The key holds the query, the dialect
 * by its name and `about`, and all options but the path, which only messages show, and the columns of tables: of these it is watched
 * what a translation asks for, and compared at the next look-up. Nothing with a message is kept. Places in the query are worked out
 * when somebody asks. A dialect that passes on what authors wrote has nothing to keep. `open` is called by whoever translates
 * more than `few` queries.
 */
export function cacheTranslations(
  dialect: Dialect,
  open: () => ParseCache,
  { about, few = fewest }: { readonly about: string; readonly few?: number },
): Dialect {
  if (dialect.native !== undefined) return dialect;
  const hashes = new WeakMap<readonly TypedColumn[], string>();
  /** Returns the hash of an answer; `undefined` if JSON does not hold all of it. */
  const describe = (columns: readonly TypedColumn[] | undefined): string | null | undefined => {
    if (columns === undefined) return null;
    const known = hashes.get(columns);
    if (known !== undefined) return known;
    const text = toPlainJson(columns);
    if (text === undefined) return undefined;
    const hash = hashTexts([text]);
    hashes.set(columns, hash);
    return hash;
  };
  const isTold = (told: Told, tableColumns: TableColumns | undefined): boolean =>
    told.every(([name, hash]) => {
      return describe(tableColumns?.(JSON.parse(name) as readonly string[])) === hash;
    });
  let count = 0;
  return {
    ...dialect,
    translate(sql, options) {
      const key = (count += 1) > few ? keyOf(sql, options, [dialect.name, about]) : undefined;
      if (key === undefined) return dialect.translate(sql, options);
      const cache = open();
      const kept = cache.find(key) as KeptTranslation | undefined;
      if (kept !== undefined && isTold(kept.told, options.tableColumns)) {
        const { sql: engineSql, columns } = kept;
        return success({
          sql: engineSql,
          toOriginal: mapLater(dialect, sql, options),
          ...(columns && { columns }),
        });
      }
      const watched = watchColumns(options, describe);
      const result = dialect.translate(sql, watched.options);
      const told = watched.told();
      if (result.ok && result.diagnostics.length === 0 && told !== undefined) {
        const { sql: engineSql, columns } = result.value;
        cache.keep(key, { sql: engineSql, ...(columns && { columns }), told });
      }
      return result;
    },
  };
}

/** Returns the key of a query; `undefined` if an option cannot be a part of it. */
function keyOf(
  sql: string,
  options: TranslateOptions,
  about: readonly string[],
): string | undefined {
  const { tableColumns } = options;
  // Also what is added to them one day.
  const others = Object.entries(options).filter(
    ([name]) => name !== 'path' && name !== 'tableColumns',
  );
  const text = toPlainJson(others);
  return text === undefined
    ? undefined
    : hashTexts([...about, sql, text, tableColumns === undefined ? 'no tables' : 'tables']);
}

/** Returns options that note what is told of tables; what was told is `undefined` if it cannot be described. */
function watchColumns(
  options: TranslateOptions,
  describe: (columns: readonly TypedColumn[] | undefined) => string | null | undefined,
): { readonly options: TranslateOptions; readonly told: () => Told | undefined } {
  const { tableColumns } = options;
  if (tableColumns === undefined) return { options, told: () => [] };
  const told = new Map<string, string | null>();
  let isWhole = true;
  const watched: TableColumns = (name) => {
    const columns = tableColumns(name);
    const hash = describe(columns);
    if (hash === undefined) isWhole = false;
    else told.set(JSON.stringify(name), hash);
    return columns;
  };
  return {
    options: { ...options, tableColumns: watched },
    told: () => (isWhole ? [...told] : undefined),
  };
}

/** Returns the way back to the query, for which it is translated after all. */
function mapLater(
  dialect: Dialect,
  sql: string,
  options: TranslateOptions,
): (
  line: number,
  column: number,
) => { readonly line: number; readonly column: number } | undefined {
  let translated: ReturnType<Dialect['translate']> | undefined;
  return (line, column) => {
    translated ??= dialect.translate(sql, options);
    return translated.ok ? translated.value.toOriginal(line, column) : undefined;
  };
}
