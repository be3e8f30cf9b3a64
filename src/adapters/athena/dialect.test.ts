/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { describe, expect, it } from 'vitest';
import type { TypedColumn } from '../../core/adapter.js';
import type { JsonValue, ModelNode } from '../../core/node.js';
import { modelNode } from '../../core/testing/nodes.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createAthenaDialect } from './dialect.js';

const toolkit = createSqlToolkit();
const dialect = createAthenaDialect(toolkit);
const options = { path: 'models/m.sql' };

function checked(
  extra: Readonly<Record<string, JsonValue>>,
  check: { readonly columns?: readonly TypedColumn[]; readonly materialized?: string } = {},
  rest: Partial<ModelNode> = {},
): readonly (readonly [string, string])[] {
  const node = modelNode('m', { extra: rest });
  const materialized = check.materialized ?? 'table';
  const model = { ...node, config: { ...node.config, materialized, ...rest.config, extra } };
  return (
    dialect.checkModel?.({ model, ...(check.columns && { columns: check.columns }) }) ?? []
  ).map(({ code, message, hint }) => [code, `${message} (${hint ?? ''})`] as const);
}

describe('translate', () => {
  it('leaves a query as it is, but for the semicolon at its end', () => {
    const sql = "-- note\nselect ';' as a, b -- c;\nfrom t ;; -- end";
    const result = dialect.translate(sql, options);
    expect(result.ok && result.value.sql).toBe("-- note\nselect ';' as a, b -- c;\nfrom t ");
    expect(result.ok && result.value.toOriginal(2, 3)).toEqual({ line: 2, column: 3 });
    expect(result.ok && result.value.columns?.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('reports what is no query', () => {
    const result = dialect.translate('select from', options);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['sql-syntax']);
  });

  it.each([
    ['select 1, 2 as b', 'column 1 has no name'],
    ['select 1 as a, 2 as A', "two columns have the name 'A'"],
  ])('refuses to store %s', (sql, message) => {
    const result = dialect.translate(sql, { ...options, storesResult: true });
    expect(result.diagnostics.map((each) => each.message)).toEqual([message]);
    expect(dialect.translate(sql, options).ok).toBe(true);
  });

  it('knows types where they can be inferred, and no columns behind a star without', () => {
    const columns = [{ name: 'id', type: { kind: 'bigint' } }] as const;
    const typed = createAthenaDialect(toolkit, {
      analyse: () => ({ columns, diagnostics: [] }),
    });
    const known = typed.translate('select * from t', options);
    expect(known.ok && known.value.columns).toEqual(columns);
    const unknown = dialect.translate('select * from t', options);
    expect(unknown.ok && unknown.value.columns).toBeUndefined();
  });
});

describe('checkModel', () => {
  it('has nothing against an ordinary model', () => {
    const columns = [{ name: 'Id', type: { kind: 'bigint' } }] as const;
    expect(checked({ partitioned_by: 'id' }, { columns })).toEqual([]);
  });

  it('refuses types and names that no table can have, with what to write', () => {
    const columns = [
      { name: 'id', type: { kind: 'uuid' } },
      { name: 'Full Name', type: { kind: 'varchar' } },
    ] as const;
    expect(checked({}, { columns })).toEqual([
      [
        'type-not-storable',
        "column 'id' of model 'm' has the type uuid, which no table can hold (write CAST(id AS varchar) AS id)",
      ],
      [
        'column-name-invalid',
        "column 'Full Name' of model 'm' has a name that no table of Athena can have: letters, digits and '_' only (write `AS full_name`)",
      ],
    ]);
    expect(checked({}, { columns, materialized: 'view' })).toEqual([]);
  });

  it('refuses partitions that are no columns of the query, and Hive tables of nothing else', () => {
    const columns = [{ name: 'day', type: { kind: 'date' } }] as const;
    expect(checked({ partitioned_by: 'dat' }, { columns })).toEqual([
      [
        'materialization-invalid',
        "model 'm' is stored by the column 'dat' (partitioned_by), which its query does not have (did you mean 'day'?)",
      ],
    ]);
    expect(checked({ table_type: 'hive', partitioned_by: 'day' }, { columns })).toEqual([
      [
        'materialization-invalid',
        "every column of model 'm' is a partition of its Hive table, which leaves none for the files (partition by fewer)",
      ],
    ]);
  });

  it('refuses names that Athena cannot have', () => {
    const relation = { database: 'c', schema: 'my-schema', identifier: 'm' };
    expect(checked({}, {}, { relation })).toEqual([
      [
        'config-invalid-value',
        "the schema of model 'm' is named 'my-schema', but Athena's names have letters, digits and '_' only, at most 230 of them here (give the model another 'schema')",
      ],
    ]);
  });

  it("refuses to replace what is not the project's", () => {
    const model = modelNode('m');
    const existing = { relation: model.relation, columns: [], attributes: { owned: 'no' } };
    const problems = dialect.checkModel?.({ model, existing }) ?? [];
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'relation-not-owned',
        "model 'm' would replace trusted.m, which is not this project's: stedi-sql did not make it",
      ],
    ]);
    const unmarked = {
      owned: 'no',
      ...{ asking_project: 'whole_shop', lies_in: 'run-folder', table_type: 'hive' },
    };
    const config = { ...model.config, materialized: 'incremental' };
    const lost = { model: { ...model, config }, existing: { ...existing, attributes: unmarked } };
    expect(dialect.checkModel?.(lost)).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('another tool has replaced its parameters') as string,
        hint: expect.stringMatching(
          /parameter stedi_sql\.project=whole_shop, and build it once with --full-refresh$/,
        ) as string,
      }),
    ]);
    const owned = { ...existing, attributes: { owned: 'yes' } };
    expect(dialect.checkModel?.({ model, existing: owned })).toEqual([]);
  });

  it('refuses landing files that are not in S3, and types that no file has', () => {
    const node = modelNode('m');
    const config = { ...node.config, location: 'data/landing/x', format: 'json' };
    const column = { description: '', tags: [], meta: {} };
    const columns = [
      { ...column, name: 'a', data_type: 'strng' },
      { ...column, name: 'A', data_type: 'string' },
    ];
    expect(
      checked(
        {},
        { materialized: 'external_table' },
        { config: { ...config, materialized: 'external_table' }, columns },
      ),
    ).toEqual([
      [
        'materialization-invalid',
        "column 'a' of external_table 'm' is declared 'strng': expected a type of an external table, found 'strng' (did you mean 'string'?)",
      ],
      [
        'materialization-invalid',
        "column 'A' of external_table 'm' is declared twice (names of columns are compared without regard to case; remove one)",
      ],
      [
        'materialization-invalid',
        "external_table 'm' has the location 'data/landing/x', which Athena cannot read: it reads folders in S3 (give it an address such as s3://my-bucket/landing/customer, for instance through a var of the target)",
      ],
    ]);
  });
});

describe('writers', () => {
  const target = { database: 'c', schema: 's', identifier: 'T' };
  const { writers } = dialect;

  it('insert by name', () => {
    expect(writers.insert(target, 'q', ['Id', 'n'])).toBe(
      'INSERT INTO "c"."s"."t" ("id", "n")\nSELECT _source."id", _source."n"\nFROM (\nq\n) AS _source',
    );
  });

  it('merge straight from the query', () => {
    expect(writers.merge(target, 'q', { columns: ['id', 'n'], uniqueKey: ['ID'] })).toBe(
      'MERGE INTO "c"."s"."t" AS _target\nUSING (\nq\n) AS _source\nON _target."id" = _source."id"\nWHEN MATCHED THEN UPDATE SET "n" = _source."n"\nWHEN NOT MATCHED THEN INSERT ("id", "n") VALUES (_source."id", _source."n")',
    );
  });

  it('delete the rows of each key, once', () => {
    const rows = { ...target, identifier: 'rows' };
    expect(writers.deleteMatching(target, rows, ['a', 'b'], { nullsMatch: true })).toBe(
      'MERGE INTO "c"."s"."t" AS _target\nUSING (SELECT DISTINCT "a", "b" FROM "c"."s"."rows") AS _source\nON _target."a" IS NOT DISTINCT FROM _source."a" AND _target."b" IS NOT DISTINCT FROM _source."b"\nWHEN MATCHED THEN DELETE',
    );
  });
});
