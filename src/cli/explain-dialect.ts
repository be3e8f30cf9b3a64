import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Project } from '../core/project.js';

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

/**
 * Returns what a user of dbt does not expect: the models of a dbt project are read in Athena's dialect on every target,
 * also where their profile speaks of another engine. Said where the SQL of one is not. Code: `dialect-differs`.
 */
export function explainDialect(
  { configPath, target }: Pick<Project, 'configPath' | 'target'>,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const first = diagnostics.find(
    ({ code, severity }) => severity === 'error' && dialectCodes.includes(code),
  );
  if (!isDbtProject({ configPath }) || first === undefined) return [];
  const message = `models are read as Athena's SQL, whatever the target is; this project's target is of type '${target.type}'`;
  return [
    warningDiagnostic('dialect-differs', message, {
      ...(first.location && { location: first.location }),
      hint: "write what is shown above in Athena's SQL; macros such as dbt.datediff() are in it already",
    }),
  ];
}
