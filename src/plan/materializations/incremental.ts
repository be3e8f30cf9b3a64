import type { CatalogRelation } from '../../core/catalog.js';
import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../../core/diagnostic.js';
import { incrementalTarget } from '../../core/incremental.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import { failure, success } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import type { Materialization, ModelPlanInput } from '../materialization.js';
import { replaceSteps } from '../steps.js';
import { strategies, strategyNames } from '../strategies/index.js';
import type { StrategyInput } from '../strategies/strategy.js';

/** Builds the whole table at first; later runs add to it or change it, as its strategy says. */
export const incremental: Materialization = {
  name: 'incremental',
  plan(input) {
    const { node, catalog, capabilities, fullRefresh } = input;
    const location = locateConfigKey(node, 'incremental_strategy');
    // As in dbt on engines with MERGE, a model without a strategy appends unless it has a key to merge on.
    const wanted =
      node.config.incremental_strategy ?? (node.config.unique_key.length > 0 ? 'merge' : 'append');
    const strategy = strategies.get(wanted);
    if (strategy === undefined) {
      return failure([
        errorDiagnostic(
          'strategy-unknown',
          `incremental model '${node.name}' asks for the strategy '${wanted}', which does not exist`,
          {
            location,
            hint: didYouMean(wanted, strategyNames, `use one of ${strategyNames.join(', ')}`),
          },
        ),
      ]);
    }
    const { needs } = strategy;
    if (needs !== null && strategy.key(node).length === 0) {
      return failure([
        errorDiagnostic(
          'materialization-invalid',
          `incremental model '${node.name}' uses the strategy '${wanted}' without a '${needs}'`,
          { location, hint: `add \`${needs}='…'\` to the model's config` },
        ),
      ]);
    }
    const missing = strategy.capabilities.filter((capability) => !capabilities[capability]);
    if (missing.length > 0) {
      return failure([
        errorDiagnostic(
          'capability-missing',
          `incremental model '${node.name}' uses the strategy '${wanted}', which this target cannot carry out (it lacks: ${missing.join(', ')})`,
          { location, hint: `use another strategy: ${strategyNames.join(', ')}` },
        ),
      ]);
    }
    const existing = incrementalTarget(node, catalog, { fullRefresh });
    const problems = checkColumns(input, existing);
    if (hasErrors(problems)) return failure(problems);
    if (existing === undefined) return success(replaceSteps(input, 'table'), problems);
    const isolation = input.dialect.isolation(node);
    const write: StrategyInput = {
      model: node,
      target: isolation === 'clone' ? input.staged : existing.relation,
      columns: existing.columns.map((column) => column.name),
      query: input.compiled.engineSql,
      ...(input.compiled.columns && { queryColumns: input.compiled.columns }),
      key: strategy.key(node),
      staged: input.staged,
      rows: input.rows,
      writers: input.dialect.writers,
    };
    if (isolation === 'none') {
      const steps = strategy.writeApart?.(write);
      if (steps !== undefined) return success(steps, problems);
      return failure([
        errorDiagnostic(
          'capability-missing',
          `incremental model '${node.name}' uses the strategy '${wanted}', which tables of its kind cannot carry out on this target`,
          {
            location,
            hint: 'store the model as a table type whose rows can change (`table_type`), or use another strategy',
          },
        ),
      ]);
    }
    const transaction = { target: existing.relation, staged: input.staged, model: node };
    return success(
      {
        write: [{ kind: 'begin', ...transaction }, ...strategy.write(write)],
        audited: isolation === 'clone' ? input.staged : null,
        publish: [{ kind: 'commit', ...transaction }],
      },
      problems,
    );
  },
};

/**
 * Returns what is wrong between the columns of the query, those of the table that is there, and the unique key, as far as
 * the query's are known. Codes: `materialization-invalid`, `incremental-columns`.
 */
function checkColumns(
  { node, compiled }: ModelPlanInput,
  existing: CatalogRelation | undefined,
): readonly Diagnostic[] {
  const names = compiled.columns?.flatMap(({ name }) => name ?? []);
  if (names === undefined) return [];
  const has = (among: readonly string[], name: string): boolean =>
    among.some((each) => each.toLowerCase() === name.toLowerCase());

  const keys = node.config.unique_key.filter((key) => !has(names, key));
  const kept = existing?.columns.map(({ name }) => name) ?? names;
  const location = { path: node.path };
  return [
    ...keys.map((key) =>
      errorDiagnostic(
        'materialization-invalid',
        `the unique_key '${key}' of incremental model '${node.name}' is no column of its query`,
        {
          location: locateConfigKey(node, 'unique_key'),
          hint: didYouMean(key, names, `the columns are ${names.join(', ')}`),
        },
      ),
    ),
    ...kept
      .filter((name) => !has(names, name))
      .map((name) =>
        errorDiagnostic(
          'incremental-columns',
          `the query of incremental model '${node.name}' has no column '${name}', which its table has`,
          { location, hint: 'add the column, or build the table anew with --full-refresh' },
        ),
      ),
    ...names
      .filter((name) => !has(kept, name))
      .map((name) =>
        warningDiagnostic(
          'incremental-columns',
          `column '${name}' of incremental model '${node.name}' is left out, because its table has no such column`,
          { location, hint: 'build the table anew with --full-refresh, or remove the column' },
        ),
      ),
  ];
}
