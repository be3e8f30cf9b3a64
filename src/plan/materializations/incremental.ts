import { errorDiagnostic } from '../../core/diagnostic.js';
import { incrementalTarget } from '../../core/incremental.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import { failure, success } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import type { Materialization } from '../materialization.js';
import { replaceSteps } from '../steps.js';
import { strategies, strategyNames } from '../strategies/index.js';

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
    if (strategy.needsUniqueKey && node.config.unique_key.length === 0) {
      return failure([
        errorDiagnostic(
          'materialization-invalid',
          `incremental model '${node.name}' uses the strategy '${wanted}' without a 'unique_key'`,
          { location, hint: "add `unique_key='…'` to the model's config" },
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
    if (existing === undefined) return success(replaceSteps(input, 'table'));
    return success({
      write: [
        { kind: 'begin' },
        ...strategy.write({
          target: existing.relation,
          columns: existing.columns.map((column) => column.name),
          query: input.compiled.engineSql,
          uniqueKey: node.config.unique_key,
          staged: input.staged,
          writers: input.dialect.writers,
        }),
      ],
      audited: null,
      publish: [{ kind: 'commit' }],
    });
  },
};
