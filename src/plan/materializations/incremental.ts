import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../../core/diagnostic.js';
import { incrementalTarget } from '../../core/incremental.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { Step } from '../../core/plan.js';
import { failure, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import { keyExpressions } from '../key-expressions.js';
import type { Materialization, ModelPlanInput, ModelSteps } from '../materialization.js';
import { checkRowOptions, planRowOptions } from '../row-options.js';
import { planColumns } from '../schema-change.js';
import { typedColumns } from '../typed-columns.js';
import { planMicrobatch } from './microbatch.js';
import { replaceSteps } from '../steps.js';
import { incrementalStrategyNames, strategies } from '../strategies/index.js';
import type { Strategy, StrategyInput } from '../strategies/strategy.js';

/** Builds the whole table at first; later runs add to it or change it, as its strategy says. */
export const incremental: Materialization = {
  name: 'incremental',
  plan(input) {
    const { node, catalog, capabilities, fullRefresh } = input;
    const location = locateConfigKey(node, 'incremental_strategy');
    const wanted = chooseStrategy(input);
    if (wanted === 'microbatch') return planMicrobatch(input);
    const known = strategies.get(wanted);
    // dbt asks for the strategy only when it adds to a table; then `refuseModel` has said that there is none.
    const strategy = known ?? (input.dialect.native ? strategies.get('append') : undefined);
    const unknown = known ? [] : [warnUnknown(input, wanted)];
    if (strategy === undefined) {
      return failure([
        errorDiagnostic(
          'strategy-unknown',
          `incremental model '${node.name}' asks for the strategy '${wanted}', which does not exist`,
          {
            location,
            hint: didYouMean(
              wanted,
              incrementalStrategyNames,
              `use one of ${incrementalStrategyNames.join(', ')}`,
            ),
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
          { location, hint: `use another strategy: ${incrementalStrategyNames.join(', ')}` },
        ),
      ]);
    }
    const existing = incrementalTarget(node, catalog, { fullRefresh });
    const problems = [
      ...unknown,
      ...checkRowOptions(node, strategy),
      ...checkKeys(input, { strategy, adds: existing !== undefined }),
    ];
    if (existing === undefined) return planFirst(input, strategy, problems);

    const columns = planColumns(input, existing);
    problems.push(...columns.diagnostics);
    if (!columns.ok) return failure(problems);
    const options = planRowOptions(input, strategy, {
      written: columns.value.columns,
      table: typedColumns(input, existing, columns.value.alteration),
    });
    problems.push(...options.diagnostics);
    if (!options.ok || hasErrors(problems)) return failure(problems);

    const isolation = input.dialect.isolation(node);
    const target = isolation === 'clone' ? input.staged : existing.relation;
    const { alteration } = columns.value;
    const alter: readonly Step[] =
      alteration === undefined
        ? []
        : [{ kind: 'alter-columns', relation: target, alteration, model: node }];
    const write: StrategyInput = {
      model: node,
      target,
      columns: columns.value.columns,
      query: input.compiled.engineSql,
      ...(input.compiled.columns && { queryColumns: input.compiled.columns }),
      key: strategy.key(node),
      options: options.value,
      staged: input.staged,
      rows: input.rows,
      writers: input.dialect.writers,
    };
    if (isolation === 'none') {
      const steps = strategy.writeApart?.(write);
      if (steps !== undefined) {
        return success({ ...steps, publish: [...alter, ...steps.publish] }, problems);
      }
      return failure([
        ...problems,
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
        write: [{ kind: 'begin', ...transaction }, ...alter, ...strategy.write(write)],
        audited: isolation === 'clone' ? input.staged : null,
        publish: [{ kind: 'commit', ...transaction }],
      },
      problems,
    );
  },
};

/**
 * Returns the name of the strategy. As in dbt on engines with MERGE, a model without one appends unless it has a key to merge
 * on; where the SQL is the engine's own (dbt-duckdb), rows of the key are deleted first, and without a key none are.
 */
function chooseStrategy({ node: { config }, dialect }: ModelPlanInput): string {
  const { incremental_strategy: written, unique_key: key } = config;
  const replacing = dialect.native ? 'delete+insert' : 'merge';
  const wanted = written ?? replacing;
  const appends =
    key.length === 0 && (written === null || (dialect.native && wanted === replacing));
  return appends === true ? 'append' : wanted;
}

/** The whole table; what later runs would stumble over is said now, as far as the query's columns are known. */
function planFirst(
  input: ModelPlanInput,
  strategy: Strategy,
  before: readonly Diagnostic[],
): Result<ModelSteps> {
  const { columns } = input.compiled;
  const written = columns?.flatMap(({ name }) => name ?? []);
  const options =
    columns && written ? planRowOptions(input, strategy, { written, table: columns }) : undefined;
  const problems = [...before, ...(options?.diagnostics ?? [])];
  return hasErrors(problems) ? failure(problems) : success(replaceSteps(input, 'table'), problems);
}

/**
 * Returns which columns of the unique key the query does not have, as far as its columns are known. Where the SQL is the
 * engine's own, a key that rows are deleted by may be an expression, and as in dbt a wrong one ends this model alone, when
 * its table is added to.
 */
function checkKeys(
  { node, compiled, dialect }: ModelPlanInput,
  { strategy, adds }: { readonly strategy: Strategy; readonly adds: boolean },
): readonly Diagnostic[] {
  const names = compiled.columns?.flatMap(({ name }) => name ?? []);
  if (names === undefined) return [];
  const { unique_key: keys } = node.config;
  const known = new Set(names.map((name) => name.toLowerCase()));
  const computed =
    dialect.native && strategy.name === 'delete+insert' && keys.length === 1
      ? keyExpressions(keys, names)
      : [];
  return keys
    .filter((key) => !known.has(key.toLowerCase()) && !computed.includes(key))
    .map((key) => {
      const message = `the unique_key '${key}' of incremental model '${node.name}' is no column of its query`;
      const details = {
        location: locateConfigKey(node, 'unique_key'),
        hint: didYouMean(key, names, `the columns are ${names.join(', ')}`),
      };
      if (dialect.native === undefined) {
        return errorDiagnostic('materialization-invalid', message, details);
      }
      return adds
        ? errorDiagnostic('incremental-columns', message, details)
        : warningDiagnostic('incremental-columns', message, details);
    });
}

/** The table is built whole, and the next run that adds to it will fail. */
function warnUnknown({ node }: ModelPlanInput, wanted: string): Diagnostic {
  const message = `incremental model '${node.name}' asks for the strategy '${wanted}', which does not exist: it can only be built whole`;
  const hint = `use one of ${incrementalStrategyNames.join(', ')}`;
  const location = locateConfigKey(node, 'incremental_strategy');
  return warningDiagnostic('strategy-unknown', message, { location, hint });
}
