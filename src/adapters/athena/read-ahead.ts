import type { ReadingAhead } from '../../core/adapter.js';
import type { SqlToolkit } from '../../core/sql-toolkit.js';
import { rowGuard } from './lakeformation/row-guard.js';
import { readModelConfig } from './model-config.js';

/** Returns what Athena says of models that are staged ahead. Staged tables of a run are removed together at its end. */
export function readAhead(toolkit: SqlToolkit, catalog: string): ReadingAhead {
  return {
    // Filters of Lake Formation limit what the runner sees of the published table; rows that are replaced on a clone of it
    // are there with the commit.
    mayBeRead: (parent) =>
      rowGuard(parent) === undefined && !readModelConfig(parent).storage.keepHistory,
    // A clone is of the table as it was when it was made.
    mayStage: (model) => !readModelConfig(model).storage.keepHistory,
    tablesOf(sql) {
      const query = toolkit.parseQuery(sql, { path: '' });
      if (!query.ok) return undefined;
      return toolkit.tablesOf(query.value).map(({ parts }) => {
        const [identifier, schema, database = catalog, ...others] = parts
          .map(({ value }) => value)
          .reverse();
        return identifier === undefined || schema === undefined || others.length > 0
          ? undefined
          : { database, schema, identifier };
      });
    },
  };
}
