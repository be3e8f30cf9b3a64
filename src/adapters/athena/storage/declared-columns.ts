import { readDeclaredType } from '../../../core/declared-type.js';
import { errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { BuiltNode } from '../../../core/node.js';
import { didYouMean } from '../../../core/suggest.js';
import type { ModelStorage } from '../model-config.js';
import type { HiveColumn } from './create-external-table.js';
import { formatHiveType } from './hive-type.js';

/**
 * Returns the columns that an external table declares, in Hive's spelling. Those whose type cannot be read are left out:
 * `checkDeclaredColumns` has refused them.
 */
export function declaredColumns({ columns }: Pick<BuiltNode, 'columns'>): readonly HiveColumn[] {
  return columns.flatMap(({ name, data_type, description }) => {
    const read = readDeclaredType(data_type ?? '', { char: true });
    const type = 'problem' in read ? undefined : formatHiveType(read);
    return type === undefined ? [] : [{ name, type, comment: description }];
  });
}

/**
 * Returns what is wrong with the columns of an external table and with its location. Codes: `materialization-invalid`,
 * `column-name-invalid`.
 */
export function checkDeclaredColumns(
  model: BuiltNode,
  { partitionedBy }: ModelStorage,
): readonly Diagnostic[] {
  const location = { path: model.patchPath ?? model.path };
  const problems: Diagnostic[] = [];
  const names = model.columns.map(({ name }) => name.toLowerCase());
  model.columns.forEach(({ name, data_type }, index) => {
    const type = readDeclaredType(data_type ?? '', { char: true });
    if ('problem' in type) {
      const message = `column '${name}' of external_table '${model.name}' is declared '${data_type ?? ''}': ${type.problem}`;
      problems.push(
        errorDiagnostic('materialization-invalid', message, { location, hint: type.hint }),
      );
    }
    if (!/^[a-z0-9_]+$/i.test(name)) {
      const message = `column '${name}' of external_table '${model.name}' has a name that no table of Athena can have: letters, digits and '_' only`;
      problems.push(errorDiagnostic('column-name-invalid', message, { location }));
    }
    if (names.indexOf(name.toLowerCase()) !== index) {
      const message = `column '${name}' of external_table '${model.name}' is declared twice`;
      const hint = 'names of columns are compared without regard to case; remove one';
      problems.push(errorDiagnostic('materialization-invalid', message, { location, hint }));
    }
  });
  for (const { column } of partitionedBy) {
    if (names.includes(column)) continue;
    const message = `external_table '${model.name}' is partitioned by '${column}', which it does not declare as a column`;
    problems.push(
      errorDiagnostic('materialization-invalid', message, {
        location,
        hint: didYouMean(column, names, 'add it to the columns, with its type'),
      }),
    );
  }
  const files = model.config.location;
  if (files !== null && !/^s3:\/\/[a-z0-9][a-z0-9.-]+[a-z0-9](\/.*)?$/.test(files)) {
    problems.push(
      errorDiagnostic(
        'materialization-invalid',
        `external_table '${model.name}' has the location '${files}', which Athena cannot read: it reads folders in S3`,
        {
          location,
          hint: 'give it an address such as s3://my-bucket/landing/customer, for instance through a var of the target',
        },
      ),
    );
  }
  return problems;
}
