import { isSecretName, redactedText } from '../core/secrets.js';

/** Hides secrets in everything that is printed or written. */
export interface Redactor {
  /** Returns `text` with every secret replaced, in plain, JSON-escaped and SQL-quoted form. */
  readonly text: (text: string) => string;
  /** Returns `value` as JSON text in which no string, key or scalar shows a secret; the text stays valid JSON. */
  readonly json: (value: unknown, indent?: number) => string;
}

/** The forms in which a secret can stand inside a text. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), secret.replaceAll("'", "''")];
}

/**
 * Returns the redactor for the secrets in an environment: the values of variables whose name starts with
 * `STEDI_ENV_SECRET_` or dbt's `DBT_ENV_SECRET_`; empty values are no secrets. Longer secrets go first, so that one secret inside another does
 * not leave a part of the longer one.
 */
export function createRedactor(env: Readonly<Record<string, string | undefined>>): Redactor {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    isSecretName(name) && value !== undefined && value !== '' ? [value] : [],
  );
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);

  const text = (original: string): string => {
    let result = original;
    for (const form of forms) result = result.replaceAll(form, redactedText);
    return result;
  };

  const redactValue = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [text(key), redactValue(each)]),
      );
    }
    return forms.includes(String(value)) ? redactedText : value;
  };

  return {
    text,
    json: (value, indent) =>
      JSON.stringify(forms.length === 0 ? value : redactValue(value), null, indent),
  };
}
