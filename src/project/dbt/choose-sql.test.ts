import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/node.js';
import type { TargetType } from '../../core/target-type.js';
import { chooseSql } from './choose-sql.js';

const targetTypes = [{ type: 'duckdb' }, { type: 'athena', speaksPortable: true }] as TargetType[];

function choose(targetType: string, outputTypes: readonly string[], variable?: JsonValue) {
  const variableLocation = { path: 'dbt_project.yml' };
  const chosen = chooseSql({ targetType, outputTypes, variable, variableLocation, targetTypes });
  return chosen.ok ? chosen.value.dialect : chosen.diagnostics[0]?.hint;
}

describe('the SQL of a dbt project', () => {
  it.each([
    ['duckdb', ['duckdb'], undefined, 'native'],
    ['duckdb', ['duckdb', 'snowflake'], undefined, 'native'],
    ['duckdb', ['duckdb', 'athena'], undefined, 'portable'],
    ['athena', ['duckdb', 'athena'], undefined, 'portable'],
    ['duckdb', ['duckdb'], 'athena', 'portable'],
    ['duckdb', ['duckdb', 'athena'], 'duckdb', 'native'],
    ['athena', ['athena'], 'athena', 'portable'],
    ['athena', ['athena'], 'duckdb', "use a target of type 'duckdb', or write 'athena'"],
    ['duckdb', ['duckdb'], 'duckbd', "did you mean 'duckdb'?"],
    ['duckdb', ['duckdb'], 1, 'remove it: the profile decides'],
  ] as const)('target %s, outputs %j, variable %j: %s', (target, outputs, variable, expected) => {
    expect(choose(target, outputs, variable)).toBe(expected);
  });
});
