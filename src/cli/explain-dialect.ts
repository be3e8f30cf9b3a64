import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Project } from '../core/project.js';
import type { DialectOptions } from './engines.js';

/** Codes of SQL that the author's dialect does not have, or means otherwise. */
const dialectCodes: readonly string[] = [
  'function-unknown',
  'function-unsupported',
  'sql-syntax',
  'sql-type-mismatch',
  'sql-unsupported',
];

/** Returns whether a project was written for dbt, where models are in the engine's own SQL. */
export function isDbtProject({ configPath }: Pick<Project, 'configPath'>): boolean {
  return configPath.endsWith('dbt_project.yml');
}

/** Returns whether a project's SQL is that of its target's engine, sent as it is rendered. */
export function isNative({ sql }: Pick<Project, 'sql'>): boolean {
  return sql?.dialect === 'native';
}

/** Returns which dialect a project needs. */
export function dialectOptions(project: Pick<Project, 'configPath' | 'sql'>): DialectOptions {
  return { isNative: isNative(project), warnsOfDifferences: isDbtProject(project) };
}

/**
 * Returns what a user of dbt may not expect: why the models of a dbt project are read in Athena's dialect on a target that
 * has a SQL of its own. Said where the SQL of one is not. Code: `dialect-differs`.
 */
export function explainDialect(
  { configPath, target, sql }: Pick<Project, 'configPath' | 'target' | 'sql'>,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const first = diagnostics.find(
    ({ code, severity }) => severity === 'error' && dialectCodes.includes(code),
  );
  if (!isDbtProject({ configPath }) || sql?.dialect === 'native' || first === undefined) return [];
  const because = sql === undefined ? '' : `, because ${sql.reason}`;
  const message = `models are read as Athena's SQL on this target of type '${target.type}'${because}`;
  return [
    warningDiagnostic('dialect-differs', message, {
      ...(first.location && { location: first.location }),
      hint: `write what is shown above in Athena's SQL, as macros such as dbt.datediff() are; a project for this target alone sets 'vars: { stedi_sql_dialect: ${target.type} }'`,
    }),
  ];
}
