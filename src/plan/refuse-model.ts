import type { Dialect } from '../core/adapter.js';
import { incrementalTarget } from '../core/incremental.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import { isMapping } from '../core/is-mapping.js';
import type { BuiltNode, JsonValue, ModelNode } from '../core/node.js';
import { didYouMean } from '../core/suggest.js';
import type { PlanInput } from './plan-input.js';
import { materializationNames, materializations } from './materializations/index.js';
import { incrementalStrategyNames } from './strategies/index.js';

/** Keys of dbt-duckdb that say which rows a merge changes, and how. */
const mergeKeys: readonly string[] = [
  'merge_clauses',
  'merge_on_using_columns',
  'merge_update_set_expressions',
];

function namesColumns(columns: JsonValue | undefined): boolean {
  if (!Array.isArray(columns)) return typeof columns === 'string';
  return columns.length > 0 && columns.every((name) => typeof name === 'string');
}

/** Returns what stands in the configuration of a model in the engine's own SQL, and would change its rows. */
function refuseNative(
  model: ModelNode,
  { catalog, fullRefresh }: Pick<PlanInput, 'catalog' | 'fullRefresh'>,
): Diagnostic | undefined {
  const { config, name } = model;
  if (!materializations.has(config.materialized)) {
    const message = `model '${name}' asks for the materialization '${config.materialized}', which does not exist`;
    const known = [...materializationNames, 'external'];
    return errorDiagnostic('materialization-unknown', message, {
      location: locateConfigKey(model, 'materialized'),
      hint: didYouMean(config.materialized, known, `use one of ${known.join(', ')}`),
    });
  }
  const strategy = config.incremental_strategy;
  const asks = config.materialized === 'incremental' && strategy != null;
  // As in dbt, a table that is built whole asks for none.
  const adds = incrementalTarget(model, catalog, { fullRefresh }) !== undefined;
  if (asks && adds && !incrementalStrategyNames.includes(strategy)) {
    const message = `incremental model '${name}' asks for the strategy '${strategy}', which does not exist`;
    const hint = `use one of ${incrementalStrategyNames.join(', ')}`;
    return errorDiagnostic('strategy-unknown', message, {
      location: locateConfigKey(model, 'incremental_strategy'),
      hint: didYouMean(strategy, incrementalStrategyNames, hint),
    });
  }
  const indexes: readonly JsonValue[] = Array.isArray(config.extra['indexes'])
    ? (config.extra['indexes'] as readonly JsonValue[])
    : [];
  const unclear = indexes.findIndex((each) => !isMapping(each) || !namesColumns(each['columns']));
  if (unclear >= 0) {
    const problem = `index ${unclear + 1} of model '${name}' names no columns`;
    return errorDiagnostic('materialization-invalid', problem, {
      location: locateConfigKey(model, 'indexes'),
      hint: "write `indexes=[{'columns': ['id']}]`",
    });
  }
  const key = mergeKeys.find((each) => config.extra[each] != null);
  if (key === undefined || config.incremental_strategy !== 'merge') return undefined;
  const message = `model '${name}' is merged with '${key}', which is not done`;
  const hint = `say it with incremental_predicates or in the query, or leave the model and what reads it out: --exclude ${name}+`;
  return errorDiagnostic('capability-missing', message, {
    location: locateConfigKey(model, key),
    hint,
  });
}

/**
 * Returns why a model of dbt's is not built here: it is written in Python, its rows go to a file (dbt-duckdb's `external`) that the
 * target does not write, or its configuration asks for what is not done. Only it fails, and what reads it is skipped: the
 * rest of the project does not depend on it. Codes: `capability-missing`, `materialization-unknown`, `strategy-unknown`.
 */
export function refuseModel(
  node: BuiltNode,
  {
    dialect: { native },
    ...input
  }: Pick<PlanInput, 'catalog' | 'fullRefresh'> & {
    readonly dialect: Pick<Dialect, 'native'>;
  },
): Diagnostic | undefined {
  if (node.resourceType !== 'model') return undefined;
  if (node.language === 'python') {
    const message = `model '${node.name}' is written in Python, which is not run`;
    const hint = `write it in SQL, or leave it and what reads it out: --exclude ${node.name}+`;
    return errorDiagnostic('capability-missing', message, { location: { path: node.path }, hint });
  }
  if (node.config.materialized === 'external' && native?.describeFile === undefined) {
    const message = `model '${node.name}' is materialized as 'external', a file, which is not written`;
    const hint = `materialize it as a table and copy that to a file, or leave it and what reads it out: --exclude ${node.name}+`;
    const location = locateConfigKey(node, 'materialized');
    return errorDiagnostic('capability-missing', message, { location, hint });
  }
  return native && refuseNative(node, input);
}
