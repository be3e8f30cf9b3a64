import type { SqlType } from '../../../core/sql-type.js';
import { partsOf } from '../types/common.js';
import { macroCall } from './macro-call.js';
import type { Castable, CastResult } from './plain-cast.js';

/** Whether a type is or holds ipaddress. */
export function holdsAddress(type: SqlType): boolean {
  return partsOf(type).some(({ kind }) => kind === 'ipaddress');
}

/** Casts to ipaddress, and from it to what else holds one value; `undefined` where parts of collections are cast one by one. */
export function castAddress(value: Castable, target: SqlType): CastResult | undefined {
  const { sql, type } = value;
  if ([type, target].some((each) => partsOf(each).some(({ kind }) => kind === 'json'))) {
    return { forbidden: true };
  }
  if (type.kind === 'any') {
    return {
      refused: 'its type could not be found out; say it: CAST(CAST(… AS varchar) AS ipaddress)',
    };
  }
  if (target.kind === 'ipaddress') {
    if (type.kind === 'ipaddress') return sql;
    if (type.kind === 'varchar') return macroCall('ip_from_text', [sql]);
    return type.kind === 'varbinary' ? macroCall('ip_from_bytes', [sql]) : { forbidden: true };
  }
  if (type.kind !== 'ipaddress') return undefined;
  if (target.kind === 'varbinary') return sql;
  return target.kind === 'varchar' && target.length === undefined
    ? macroCall('ip_text', [sql])
    : { forbidden: true };
}
