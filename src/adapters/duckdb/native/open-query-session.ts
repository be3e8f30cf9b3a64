import { isWord, splitDuckDbStatements } from './tokenize-duckdb.js';

interface Connection {
  run(sql: string): Promise<unknown>;
}

/** A statement that makes something which a query names; of a variable, its name. */
function readMaker(sql: string): { readonly variable: string | null } | undefined {
  const [tokens = []] = splitDuckDbStatements(sql);
  if (isWord(tokens[0], 'SET') && isWord(tokens[1], 'VARIABLE')) {
    return { variable: tokens[2]?.text ?? null };
  }
  if (!isWord(tokens[0], 'CREATE')) return undefined;
  const kind = tokens.findIndex((token) => isWord(token, 'MACRO', 'FUNCTION'));
  const between = tokens.slice(1, Math.max(kind, 1));
  const isMaker =
    kind > 0 && between.every((token) => isWord(token, 'OR', 'REPLACE', 'TEMP', 'TEMPORARY'));
  return isMaker ? { variable: null } : undefined;
}

/**
 * Makes the macros and variables that statements before a query make, until `close`: without them its columns are not
 * known, or others. `variables` are the names of what is set, in lower case. Returns `undefined` where one of them cannot be made without the rows of the warehouse.
 */
export async function openQuerySession(
  connection: Connection,
  before: readonly string[],
): Promise<{ readonly variables: readonly string[]; close(): Promise<void> } | undefined> {
  const makers = before.flatMap((sql) => {
    const maker = readMaker(sql);
    return maker === undefined ? [] : [{ sql, ...maker }];
  });
  const variables = makers.flatMap(({ variable }) => variable?.toLowerCase() ?? []);
  if (makers.length === 0) return { variables, close: () => Promise.resolve() };
  const close = async (): Promise<void> => {
    await connection.run('rollback');
    // Variables are of no transaction.
    for (const { variable } of makers) {
      if (variable !== null) await connection.run(`reset variable ${variable}`);
    }
  };
  await connection.run('begin transaction');
  try {
    for (const { sql } of makers) await connection.run(sql);
    return { variables, close };
  } catch {
    await close();
    return undefined;
  }
}
