import { callSql, joinSql, nameSql, type Sql } from './fragment.js';
import { macroSchema } from './macro-call.js';

/** Whether a fragment is nothing but the call of one of our macros. */
function isMacroCall(fragment: Sql): boolean {
  const pieces = fragment.parts.filter((part) => typeof part === 'string' || 'parts' in part);
  const [first] = pieces;
  if (typeof first === 'string') return first.startsWith(`${macroSchema}.`);
  return first !== undefined && pieces.length === 1 && 'parts' in first && isMacroCall(first);
}

/** Returns `struct_pack(name := value, …)`. */
export function structSql(names: readonly string[], values: readonly Sql[]): Sql {
  const fields = values.map((value, index) => {
    // In a lateral query DuckDB loses the name of a field whose value is a macro's call.
    const kept = isMacroCall(value) ? callSql('coalesce', [value]) : value;
    return joinSql([nameSql(names[index] ?? ''), kept], ' := ');
  });
  return { parts: ['struct_pack(', joinSql(fields), ')'], atomic: true };
}
