/** Environment variables whose names start with one of these hold secrets; the second is dbt's. */
const secretPrefixes: readonly string[] = ['STEDI_ENV_SECRET_', 'DBT_ENV_SECRET_'];

/** What stands in the place of a secret. */
export const redactedText = '*****';

/** Returns whether an environment variable of this name holds a secret; names compare without regard to case. */
export function isSecretName(name: string): boolean {
  const compared = name.toUpperCase();
  return secretPrefixes.some((prefix) => compared.startsWith(prefix));
}
