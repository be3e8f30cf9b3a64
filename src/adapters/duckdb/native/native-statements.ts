import { errorDiagnostic } from '../../../core/diagnostic.js';
import { failure, success, type Result } from '../../../core/result.js';
import type { SqlToken } from '../../../core/sql-toolkit.js';
import { includedExtensions } from '../included-extensions.js';
import { isWord, splitDuckDbStatements } from './tokenize-duckdb.js';

const removes = 'nothing is removed that the project did not make and record';
const session = 'transactions are the business of the run';
const hides = 'it may hold any statement';

/** Statements that are never run, each with why. */
const refused: Readonly<Record<string, string>> = {
  DROP: removes,
  TRUNCATE: removes,
  BEGIN: session,
  COMMIT: session,
  ROLLBACK: session,
  START: session,
  ABORT: session,
  EXPORT: 'the files of a whole database are more than a hook should write',
  IMPORT: hides,
  PREPARE: hides,
  EXECUTE: hides,
  DEALLOCATE: hides,
};

/** Returns why a statement is not run; `undefined` if it is. */
function refuse(tokens: readonly SqlToken[]): { word: string; reason: string } | undefined {
  const word = tokens[0]?.text.toUpperCase() ?? '';
  const reason = Object.hasOwn(refused, word) ? refused[word] : undefined;
  if (reason !== undefined) return { word, reason };
  if (word === 'ALTER' && tokens.some((token) => isWord(token, 'DROP', 'RENAME'))) {
    return { word: 'ALTER … DROP', reason: removes };
  }
  if (word === 'EXPLAIN' && tokens.some((token) => isWord(token, 'ANALYZE'))) {
    return { word: 'EXPLAIN ANALYZE', reason: hides };
  }
  // In place of a temporary one, of the session, nothing is lost; nor are rows in place of a view or a macro.
  if (word === 'CREATE' && isWord(tokens[1], 'OR') && isWord(tokens[3], 'TABLE')) {
    return { word: 'CREATE OR REPLACE TABLE', reason: removes };
  }
  // A file is written beside its place first; a folder that is written over loses what others put there.
  if (word === 'COPY' && tokens.some((token) => isWord(token, 'OVERWRITE'))) {
    return { word: 'COPY … OVERWRITE', reason: removes };
  }
  if (word === 'PRAGMA' && isWord(tokens[1], 'IMPORT_DATABASE')) return { word, reason: hides };
  if (word === 'INSTALL' || word === 'LOAD' || isWord(tokens[1], 'EXTENSIONS', 'INSTALL')) {
    return {
      word,
      reason: 'of extensions those work that are built in, or that the profile names',
    };
  }
  return undefined;
}

/** `install json`, `load 'parquet'`: what is there already. */
function asksForIncluded([first, second, third]: readonly SqlToken[]): boolean {
  if (!isWord(first, 'INSTALL', 'LOAD') || third !== undefined) return false;
  return includedExtensions.includes(second?.text.replaceAll(/['"]/gu, '').toLowerCase() ?? '');
}

/**
 * Returns the statements of a hook or an operation, as they are written. Code: `sql-unsupported` for what is never run.
 */
export function splitNativeStatements(
  sql: string,
  { path }: { readonly path: string },
): Result<readonly string[]> {
  const statements = splitDuckDbStatements(sql).filter((tokens) => !asksForIncluded(tokens));
  const problems = statements.flatMap((tokens) => {
    const found = refuse(tokens);
    if (found === undefined) return [];
    const message = `${found.word} is not run: ${found.reason}`;
    const hint =
      found.reason === removes
        ? 'let a model make the relation: it is replaced when the new one is there'
        : 'remove it; extensions and settings for the whole warehouse stand in the profile';
    return [errorDiagnostic('sql-unsupported', message, { location: { path }, hint })];
  });
  if (problems.length > 0) return failure(problems);
  return success(
    statements.map((tokens) => sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0)),
  );
}
