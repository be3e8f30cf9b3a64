import type { ModelCheck } from '../../../core/adapter.js';
import { errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import { locateConfigKey } from '../../../core/locate-config-key.js';
import { didYouMean } from '../../../core/suggest.js';
import { governedColumns, readGovernance, type Governance } from './governance.js';

/**
 * Returns the columns that tags or filters name and that the model's query does not have, as far as its columns are known.
 * A tag on a column that is not there would protect nothing. Codes: `materialization-invalid`.
 */
export function checkGovernedColumns({ model, columns }: ModelCheck): readonly Diagnostic[] {
  const known =
    columns === undefined || columns.length === 0
      ? model.config.materialized === 'external_table'
        ? model.columns.map(({ name }) => name)
        : []
      : columns.map(({ name = '' }) => name);
  if (known.length === 0) return [];
  const names = known.map((name) => name.toLowerCase());
  const { tags, filters } = readGovernance(model).governance;
  const keys: readonly (readonly [string, Governance])[] = [
    ['lf_tags_config', tags === undefined ? {} : { tags }],
    ['lf_grants', filters === undefined ? {} : { filters }],
  ];
  return keys.flatMap(([key, governance]) =>
    governedColumns(governance)
      .filter((name) => !names.includes(name))
      .map((name) =>
        errorDiagnostic(
          'materialization-invalid',
          `'${key}' of model '${model.name}' names the column '${name}', which the model does not have`,
          {
            location: locateConfigKey(model, key),
            hint: didYouMean(name, names, `the columns are ${names.join(', ')}`),
          },
        ),
      ),
  );
}
