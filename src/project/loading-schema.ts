import { z } from 'zod';
import { strictMapping, text } from './schema-notes.js';

const limit = (what: string) =>
  strictMapping(what, {
    count: z.number().int().min(0).nullish().describe('How many periods.'),
    period: z.enum(['minute', 'hour', 'day']).nullish().describe('The length of a period.'),
  })
    .nullish()
    .describe('The age from which on a check says so.');

/** `freshness:` of a source or one of its tables. */
const freshness = strictMapping('freshness', {
  warn_after: limit('warn_after'),
  error_after: limit('error_after'),
  filter: text('A condition in SQL; only rows that meet it are looked at.').nullish(),
})
  .nullish()
  .describe('How old the newest row may be; `null` leaves the table out of `source freshness`.');

/** How it is told when a source, or one of its tables, was loaded. */
export const loadedShape = {
  loaded_at_field: text(
    'A column, or an expression in SQL, that says when a row was loaded. A time without a zone is UTC.',
  ).nullish(),
  loaded_at_query: text(
    'A query in SQL that returns when the table was loaded, in place of `loaded_at_field`.',
  ).nullish(),
  freshness,
};

const quotes = z
  .boolean()
  .nullish()
  .describe(
    "Names are quoted where they must be, so both values mean the same; for sources in DuckDB's own SQL `false` leaves the quotes out.",
  );

/** `quoting:` of what has a relation. */
export const quotingSchema = strictMapping('quoting', {
  database: quotes,
  schema: quotes,
  identifier: quotes,
  column: quotes,
})
  .nullish()
  .describe(
    "Names are always quoted where they must be, whatever stands here. In dbt projects in DuckDB's own SQL that of a source counts as in dbt.",
  );

/** Where the rows of a source lie that is no table, in dbt-duckdb's words. */
export const filesShape = {
  external_location: z
    .string()
    .nullish()
    .describe(
      'The file that holds the rows, or a call that reads files; `{name}`, `{identifier}` and `{schema}` stand for those of the table. The same key of `meta` means the same.',
    ),
  formatter: z
    .string()
    .nullish()
    .describe('How `external_location` names them: `newstyle`, `oldstyle` or `template`.'),
  plugin: z
    .string()
    .nullish()
    .describe('A plugin of Python that reads the rows; a query of the source is refused.'),
};
