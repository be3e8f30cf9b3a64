import { readDeclaredType, type TypeProblem } from '../../core/declared-type.js';
import type { SqlType } from '../../core/sql-type.js';
import { didYouMean } from '../../core/suggest.js';

/** The types that a text can be cast to without loss, under the names of Athena's queries and of its DDL. */
const typeNames = [
  'bigint',
  'boolean',
  'char',
  'date',
  'decimal',
  'double',
  'float',
  'int',
  'integer',
  'real',
  'smallint',
  'string',
  'timestamp',
  'tinyint',
  'varchar',
] as const;

/** What other engines call these types, and what Athena calls them. */
const otherNames: Readonly<Record<string, string>> = {
  bool: 'boolean',
  datetime: 'timestamp',
  float8: 'double',
  int4: 'integer',
  int64: 'bigint',
  int8: 'bigint',
  number: 'decimal(38,0)',
  numeric: 'decimal',
  text: 'varchar',
};

/** Returns the type of a column that `column_types` gives in Athena's spelling, or why a seed has no such column. */
export function readColumnType(declared: string): SqlType | TypeProblem {
  const name = /^\s*(?<name>[a-z_]\w*)/iu.exec(declared)?.groups?.['name']?.toLowerCase() ?? '';
  if (!(typeNames as readonly string[]).includes(name)) {
    const other = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
    const choices = `a seed has ${typeNames.join(', ')}; cast to other types in a model`;
    return {
      problem: `expected a type of a seed's column, found '${declared}'`,
      hint:
        other === undefined
          ? (didYouMean(name, typeNames, choices) ?? choices)
          : `Athena's word is ${other}`,
    };
  }
  return readDeclaredType(declared, { char: true });
}
