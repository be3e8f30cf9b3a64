import type { StatementKind, StatementOutcome } from '../core/engine.js';
import { invalidRequest } from './api-error.js';
import { readPreparedSql } from './prepared-sql.js';
import { checkNew, type PreparedStatements } from './prepared-statements.js';
import { traitsOf } from './statement-kind.js';

/** What a request's text comes down to. */
export interface Statement {
  readonly sql: string;
  /** For `?`, as sent. */
  readonly parameters: readonly string[];
  /** Work that needs no engine. */
  readonly builtIn?: { readonly kind: StatementKind; run(): StatementOutcome };
}

const nothing: StatementOutcome = {
  columns: [],
  rows: [],
  updateCount: null,
  scannedBytes: 0,
  writtenFiles: [],
};

/**
 * Returns the statement to run: the prepared one for EXECUTE, whose values come from USING or else from the request's
 * parameters. PREPARE and DEALLOCATE work on the workgroup's prepared statements; how Athena classifies them, and how it
 * refuses a name that is not there or there already, is not sourced. `classify` throws for what is no statement.
 */
export function readStatement(
  text: string,
  parameters: readonly string[],
  {
    workGroup,
    prepared,
    classify,
  }: {
    readonly workGroup: string;
    readonly prepared: PreparedStatements;
    readonly classify: (sql: string) => StatementKind;
  },
): Statement {
  const parts = readPreparedSql(text);
  switch (parts?.kind) {
    case undefined:
      return { sql: text, parameters };
    case 'prepare':
      checkNew(prepared, workGroup, parts.name);
      // User Guide, PREPARE: a SELECT, CTAS or INSERT INTO query; its examples show UNLOAD too. The text is not sourced.
      if (!traitsOf(classify(parts.sql), '').takesParameters) {
        throw invalidRequest(
          'INVALID_INPUT',
          'Only SELECT, INSERT INTO, CTAS and UNLOAD statements can be prepared.',
        );
      }
      return {
        sql: text,
        parameters: [],
        builtIn: {
          kind: { statementType: 'DDL', substatementType: 'PREPARE' },
          run: () => {
            prepared.put(workGroup, parts.name, parts.sql);
            return nothing;
          },
        },
      };
    case 'deallocate':
      if (prepared.find(workGroup, parts.name) === undefined) throw notFound(parts.name, workGroup);
      return {
        sql: text,
        parameters: [],
        builtIn: {
          kind: { statementType: 'DDL', substatementType: 'DEALLOCATE' },
          run: () => {
            prepared.delete(workGroup, parts.name);
            return nothing;
          },
        },
      };
    case 'execute':
      return {
        sql: 'sql' in parts.of ? parts.of.sql : preparedText(parts.of.name, workGroup, prepared),
        parameters: parts.parameters.length > 0 ? parts.parameters : parameters,
      };
  }
}

function preparedText(name: string, workGroup: string, prepared: PreparedStatements): string {
  const sql = prepared.find(workGroup, name)?.QueryStatement;
  if (sql === undefined) throw notFound(name, workGroup);
  return sql;
}

function notFound(name: string, workGroup: string) {
  return invalidRequest(
    'INVALID_INPUT',
    `PreparedStatement ${name} was not found in workGroup ${workGroup}`,
  );
}
