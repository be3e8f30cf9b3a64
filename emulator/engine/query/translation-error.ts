import type { Diagnostic } from '../../../src/core/diagnostic.js';
import { indexLines } from '../../../src/core/text-position.js';
import type { EngineError } from '../../core/engine.js';
import { userError, type ErrorKind } from '../errors.js';
import { placeOf, type MappedText } from '../sql/mapped-text.js';

/** What Athena calls the findings of a translation. */
const names: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  'sql-syntax': ['syntax', ''],
  'sql-unsupported': ['notSupported', 'NOT_SUPPORTED: '],
  'sql-type-mismatch': ['typeMismatch', 'TYPE_MISMATCH: '],
  'column-not-found': ['semantic', 'COLUMN_NOT_FOUND: '],
  'column-ambiguous': ['semantic', 'AMBIGUOUS_NAME: '],
  'column-name-invalid': ['semantic', 'SYNTAX_ERROR: '],
  'function-unknown': ['functionNotFound', 'FUNCTION_NOT_FOUND: '],
  'function-unsupported': ['notSupported', 'NOT_SUPPORTED: '],
  'sql-several-statements': ['syntax', ''],
  'model-empty': ['syntax', ''],
};

/** Returns the message in Athena's words where these are known, otherwise in ours. */
function wording({ code, message }: Diagnostic): string {
  const [, quoted = ''] = /'([^']*)'/.exec(message) ?? [];
  if (code === 'column-not-found') {
    return `Column '${quoted}' cannot be resolved or requester is not authorized to access requested resources`;
  }
  if (code === 'column-ambiguous') return `Column '${quoted}' is ambiguous`;
  if (code === 'function-unknown') {
    const [, name = quoted] = /([\w$]+)\(/.exec(message) ?? [];
    return `Function '${name}' not registered`;
  }
  if (code === 'column-name-invalid') {
    const [, position] = /^column (\d+) has no name/.exec(message) ?? [];
    return position === undefined
      ? `Column name '${quoted}' specified more than once`
      : `Column name not specified at position ${position}`;
  }
  const [, expected, found] = /^expected (.*), found (.*)$/s.exec(message) ?? [];
  return code === 'sql-syntax' && expected !== undefined
    ? `mismatched input ${found ?? ''}. Expecting: ${expected}`
    : message;
}

/** Returns the first error of a translation of `text`, which was made of the statement `original`. */
export function translationError(
  diagnostics: readonly Diagnostic[],
  text: MappedText,
  original: string,
): EngineError {
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error === undefined) return userError('other', 'the query could not be translated');
  const [kind, prefix] = names[error.code] ?? (['other', ''] as const);
  const { line = 1, column = 1 } = error.location ?? {};
  const offset = indexLines(text.text).offsetOf({ line, column });
  return userError(
    kind,
    `${prefix}${placeOf(original, text.toOriginal(offset))}: ${wording(error)}`,
  );
}
