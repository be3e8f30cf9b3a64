import type { StatementKind } from '../core/engine.js';
import type { DataCatalogs } from '../core/data-catalogs.js';
import { isKeyword, nameOf, wordsOf, type Word } from './sql-words.js';

/**
 * Returns whether a statement that writes has a manifest of its files: writes to Iceberg tables have none (measured).
 * `catalog` and `database` are those that names without one belong to.
 */
export function hasManifest(
  sql: string,
  kind: StatementKind,
  {
    catalog,
    database,
    catalogs,
  }: {
    readonly catalog: string;
    readonly database: string | undefined;
    readonly catalogs: DataCatalogs;
  },
): boolean {
  const words = wordsOf(sql) ?? [];
  switch (kind.substatementType) {
    case 'UNLOAD':
      return true;
    case 'CREATE_TABLE_AS_SELECT':
      return !saysIceberg(words);
    case 'INSERT': {
      const [table = '', schema = database ?? 'default', owner = catalog] =
        targetOf(words).toReversed();
      const format = catalogs.findGlue(owner)?.findTable(schema, table)?.Parameters?.['table_type'];
      return format?.toUpperCase() !== 'ICEBERG';
    }
    default:
      return false;
  }
}

/** `WITH (table_type = 'ICEBERG')` */
function saysIceberg(words: readonly Word[]): boolean {
  return words.some(
    (word, index) =>
      isKeyword(word, 'TABLE_TYPE') &&
      words[index + 1]?.text === '=' &&
      words[index + 2]?.text.toUpperCase() === "'ICEBERG'",
  );
}

/** Returns the parts of the name behind INSERT INTO. */
function targetOf(words: readonly Word[]): readonly string[] {
  const start = words.findIndex((word) => isKeyword(word, 'INTO')) + 1;
  const parts: string[] = [];
  for (let index = start; index < words.length; index += 2) {
    const word = words[index];
    if (word === undefined) break;
    parts.push(nameOf(word).toLowerCase());
    if (words[index + 1]?.text !== '.') break;
  }
  return parts;
}
