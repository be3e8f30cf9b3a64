import type { Dialect } from '../../../core/adapter.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import { renameQualifiers } from '../../../core/predicate-names.js';
import { failure, success, type Result } from '../../../core/result.js';
import { indexLines, locateSpan } from '../../../core/text-position.js';
import { writeRelation } from '../quote.js';
import { tableColumnRules } from '../table-column-rules.js';
import { catalogColumns, catalogTypes } from '../table-columns.js';
import { duckDbWriters } from '../writers.js';
import { describeExternalFile } from './external-file.js';
import { addNativeCtes, trimQuery } from './add-native-ctes.js';
import { splitNativeStatements } from './native-statements.js';
import { readNativeType, spellNativeType, writeNativeType } from './native-type.js';
import { readSourceLocation } from './source-location.js';
import { splitDuckDbStatements, tokenizeDuckDb } from './tokenize-duckdb.js';

/** Returns the one query of a text. Codes: `model-empty`, `sql-several-statements`. */
function takeQuery(sql: string, path: string): Result<string> {
  const [first, second] = splitDuckDbStatements(sql);
  if (first === undefined) {
    const hint = 'write a SELECT';
    const message = 'there is no SQL in the file, only white space or comments';
    return failure([errorDiagnostic('model-empty', message, { location: { path }, hint })]);
  }
  const next = second?.[0];
  if (next === undefined) return success(trimQuery(sql));
  const location = locateSpan(indexLines(sql), path, next);
  return failure([
    errorDiagnostic('sql-several-statements', 'a model is one query, and here a second begins', {
      location,
      hint: 'remove the semicolon before it, or move what follows into a hook or a model of its own',
    }),
  ]);
}

const isSamePlace = (line: number, column: number) => ({ line, column });

/**
 * Returns the dialect of projects whose SQL is DuckDB's own: texts go to DuckDB as they are rendered. What they return is
 * not known from the text alone. `externalRoot` is the folder of files that models name none for. Diagnostics: `model-empty`,
 * `sql-several-statements`, `sql-unsupported`.
 */
export function createNativeDialect({
  externalRoot = '.',
}: { readonly externalRoot?: string } = {}): Dialect {
  return {
    name: 'duckdb',
    renderRelation: writeRelation,
    translate(sql, { path }) {
      const query = takeQuery(sql, path);
      return query.ok ? success({ sql: query.value, toOriginal: isSamePlace }) : query;
    },
    translateStatements: splitNativeStatements,
    translatePredicate: (sql, { path, source }) =>
      renameQualifiers(sql, tokenizeDuckDb(sql), { path, hasSource: source !== null }),
    writers: duckDbWriters,
    catalogColumns,
    catalogTypes,
    isolation: () => 'transaction',
    tableColumnRules,
    native: {
      addCtes: (sql, ctes) => success(addNativeCtes(sql, ctes)),
      readType: readNativeType,
      spellType: spellNativeType,
      writeType: writeNativeType,
      jsonText: (text) => `CAST(${text} AS JSON)`,
      readSource: readSourceLocation,
      describeFile: (model) => describeExternalFile(model, externalRoot),
      secondsSince1970: (time) => `epoch(${time})`,
    },
  };
}
