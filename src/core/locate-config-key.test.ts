import { expect, it } from 'vitest';
import { locateConfigKey } from './locate-config-key.js';

it.each([
  ["{{ config(materialized='tabel') }}\nselect 1", 1, 11],
  ["-- materialized: table\n{{- config(\n  alias='x',\n  materialized = 'tabel') }}", 4, 3],
  ["{{ config({'materialized': 'tabel'}) }}", 1, 13],
  ["{{ config(alias='x') }}\nselect 1", undefined, undefined],
  ['select 1 as materialized', undefined, undefined],
])('%j: %s:%s', (rawSql, line, column) => {
  const found = locateConfigKey({ path: 'm.sql', rawSql }, 'materialized');
  expect(found.path).toBe('m.sql');
  expect([found.line, found.column]).toEqual([line, column]);
});
