/** Environment variables whose name starts with this hold secrets, as `DBT_ENV_SECRET_` does in dbt. */
const secretPrefix = 'STEDI_ENV_SECRET_';

/** What stands in the place of a secret. */
export const redactedText = '*****';

/** Returns whether an environment variable of this name holds a secret; names compare without regard to case. */
export function isSecretName(name: string): boolean {
  return name.toUpperCase().startsWith(secretPrefix);
}
