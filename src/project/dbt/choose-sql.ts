import { errorDiagnostic, type SourceLocation } from '../../core/diagnostic.js';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import type { SpokenSql } from '../../core/project.js';
import { failure, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import type { TargetType } from '../../core/target-type.js';
import { describeValue, joinOr } from '../describe-value.js';

/** The variable that says in which SQL a dbt project is written. */
export const sqlVariable = 'stedi_sql_dialect';

/** What tells in which SQL a dbt project is written. */
export interface SqlEvidence {
  /** The type of the target that is used. */
  readonly targetType: string;
  /** The types of all outputs of the profile, as they are written. */
  readonly outputTypes: readonly JsonValue[];
  /** The value of the variable, `undefined` if there is none. */
  readonly variable: JsonValue | undefined;
  readonly variableLocation: SourceLocation;
  readonly targetTypes: readonly TargetType[];
}

/** Returns the types of a profile's outputs, as they are written. */
export function outputTypesOf(outputs: ConfigEntries): readonly JsonValue[] {
  return Object.values(outputs).flatMap((output) =>
    isMapping(output) ? [output['type'] ?? null] : [],
  );
}

/**
 * Returns in which SQL a dbt project is written: the target's own, as dbt has it, unless the project runs on a target too
 * whose SQL is the one for all targets (docs/adr/0011). The variable `stedi_sql_dialect` decides otherwise. Code:
 * `config-invalid-value`.
 */
export function chooseSql({
  targetType,
  outputTypes,
  variable,
  variableLocation: location,
  targetTypes,
}: SqlEvidence): Result<SpokenSql> {
  const portable = targetTypes
    .filter((type) => type.speaksPortable === true)
    .map(({ type }) => type);
  if (variable !== undefined && variable !== null) {
    const reason = `the variable '${sqlVariable}' says so`;
    const names = targetTypes.map(({ type }) => type);
    if (typeof variable === 'string' && portable.includes(variable)) {
      return success({ dialect: 'portable', reason });
    }
    if (variable === targetType) return success({ dialect: 'native', reason });
    const isKnown = typeof variable === 'string' && names.includes(variable);
    const message = isKnown
      ? `'${sqlVariable}' is '${variable}', and a target of type '${targetType}' has no such SQL`
      : `'${sqlVariable}' must be ${joinOr(names.map((name) => `'${name}'`))}, found ${describeValue(variable)}`;
    const next = isKnown
      ? `use a target of type '${variable}', or write '${portable.join("' or '")}'`
      : 'remove it: the profile decides';
    const hint =
      typeof variable === 'string' && !isKnown ? didYouMean(variable, names, next) : next;
    return failure([errorDiagnostic('config-invalid-value', message, { location, hint })]);
  }
  if (portable.includes(targetType)) {
    return success({ dialect: 'portable', reason: `the target is of type '${targetType}'` });
  }
  const other = portable.find((type) => outputTypes.includes(type));
  return success(
    other === undefined
      ? {
          dialect: 'native',
          reason: `the profile has no output of type '${portable.join("' or '")}'`,
        }
      : { dialect: 'portable', reason: `the profile has an output of type '${other}' as well` },
  );
}
