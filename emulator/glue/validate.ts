import type {
  Column,
  DatabaseInput,
  PartitionInput,
  StorageDescriptor,
  TableInput,
} from '@aws-sdk/client-glue';
import { GlueError } from '../core/glue-catalog.js';

/** One line: every character but control characters, tabs excepted (Glue's "single-line string pattern"). */
const singleLine = /^[\u0020-\uFFFF\t]*$/;
/** The same with line breaks (Glue's "URI address multi-line string pattern"). */
const multiLine = /^[\u0020-\uFFFF\r\n\t]*$/;

interface TextRule {
  readonly min?: number;
  readonly max: number;
  readonly isRequired?: boolean;
  readonly pattern?: RegExp;
}

const name: TextRule = { min: 1, max: 255, isRequired: true, pattern: singleLine };
const description: TextRule = { max: 2048, pattern: multiLine };

/** Throws `ValidationException` for a name that is missing, empty, over 255 characters or not one line. */
export function checkName(value: string | undefined, path: string): void {
  checkText(value, path, name);
}

/** Throws `ValidationException` for an input over Glue's limits (Glue API reference, DatabaseInput). */
export function checkDatabaseInput(input: DatabaseInput): void {
  checkText(input.Name, 'databaseInput.name', name);
  checkText(input.Description, 'databaseInput.description', description);
  checkText(input.LocationUri, 'databaseInput.locationUri', { min: 1, max: 1024 });
  checkParameters(input.Parameters, 'databaseInput.parameters');
}

/** Throws `ValidationException` for an input over Glue's limits (Glue API reference, TableInput). */
export function checkTableInput(input: TableInput): void {
  checkText(input.Name, 'tableInput.name', name);
  checkText(input.Description, 'tableInput.description', description);
  checkText(input.Owner, 'tableInput.owner', { ...name, isRequired: false });
  checkText(input.TableType, 'tableInput.tableType', { max: 255 });
  checkText(input.ViewOriginalText, 'tableInput.viewOriginalText', { max: 409_600 });
  checkText(input.ViewExpandedText, 'tableInput.viewExpandedText', { max: 409_600 });
  checkParameters(input.Parameters, 'tableInput.parameters');
  checkColumns(input.PartitionKeys, 'tableInput.partitionKeys');
  checkStorage(input.StorageDescriptor, 'tableInput.storageDescriptor');
}

/** Throws `ValidationException` for an input over Glue's limits (Glue API reference, PartitionInput). */
export function checkPartitionInput(input: PartitionInput): void {
  input.Values?.forEach((value, index) =>
    checkText(value, `partitionInput.values.${index + 1}.member`, { max: 1024 }),
  );
  checkParameters(input.Parameters, 'partitionInput.parameters');
  checkStorage(input.StorageDescriptor, 'partitionInput.storageDescriptor');
}

function checkStorage(storage: StorageDescriptor | undefined, path: string): void {
  checkText(storage?.Location, `${path}.location`, { max: 2056, pattern: multiLine });
  checkText(storage?.InputFormat, `${path}.inputFormat`, { max: 128, pattern: singleLine });
  checkText(storage?.OutputFormat, `${path}.outputFormat`, { max: 128, pattern: singleLine });
  checkColumns(storage?.Columns, `${path}.columns`);
  checkParameters(storage?.Parameters, `${path}.parameters`);
}

function checkColumns(columns: readonly Column[] | undefined, path: string): void {
  columns?.forEach((column, index) => {
    const member = `${path}.${index + 1}.member`;
    checkText(column.Name, `${member}.name`, name);
    checkText(column.Type, `${member}.type`, { max: 131_072, pattern: singleLine });
    checkText(column.Comment, `${member}.comment`, { max: 255, pattern: singleLine });
  });
}

function checkParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  path: string,
): void {
  for (const [key, value] of Object.entries(parameters ?? {})) {
    checkText(key, path, { min: 1, max: 255, pattern: singleLine });
    checkText(value, path, { max: 512_000 });
  }
}

/** Throws `ValidationException` for a text that is too short, too long, or not of its pattern. */
export function checkText(value: string | undefined, path: string, rule: TextRule): void {
  if (value === undefined) {
    if (rule.isRequired === true) {
      throw constraintError('null', path, 'Member must not be null');
    }
    return;
  }
  if (value.length < (rule.min ?? 0)) {
    throw constraintError(
      `'${value}'`,
      path,
      `Member must have length greater than or equal to ${rule.min ?? 0}`,
    );
  }
  if (value.length > rule.max) {
    throw constraintError(
      `'${value}'`,
      path,
      `Member must have length less than or equal to ${rule.max}`,
    );
  }
  if (rule.pattern?.test(value) === false) {
    throw constraintError(
      `'${value}'`,
      path,
      'Member must satisfy regular expression pattern: [\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*',
    );
  }
}

/** Throws `ValidationException` for more entries than a call takes, or none where it wants one. */
export function checkCount(
  entries: readonly unknown[],
  path: string,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): void {
  if (entries.length > max || entries.length < min) {
    const bound =
      entries.length > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`;
    throw constraintError(
      `'[${entries.length} entries]'`,
      path,
      `Member must have length ${bound}`,
    );
  }
}

/** The form of AWS's errors about a request's shape. */
export function constraintError(value: string, path: string, constraint: string): GlueError {
  return new GlueError(
    'ValidationException',
    `1 validation error detected: Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}
