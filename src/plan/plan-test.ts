import type { CompiledNode, PositionMap } from '../core/compiled-node.js';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isBuilt } from '../core/is-built.js';
import type { TestNode, UniqueId } from '../core/node.js';
import type { PlannedTest } from '../core/plan.js';
import { success, type Result } from '../core/result.js';
import { suffixOf, type PlanInput } from './plan-input.js';
import type { PlannedModel } from './plan-model.js';
import { stagedRelation } from './steps.js';

/** Returns a test that holds a model back, as it asks the new rows of that model. */
export function compileGatingTest(
  test: TestNode,
  gate: UniqueId,
  model: PlannedModel,
  input: PlanInput,
): Result<CompiledNode> {
  if (model.steps.audited !== null) {
    return input.compileAudit(test.uniqueId, new Map([[gate, model.steps.audited]]));
  }
  const compiled = input.compiled.get(test.uniqueId);
  if (compiled === undefined) throw new Error(`test ${test.uniqueId} was not compiled`);
  return success(compiled);
}

/** Returns a test as the plan has it: its query, and how it is judged. */
export function planTest(
  test: TestNode,
  compiled: CompiledNode,
  input: Pick<PlanInput, 'stagedSuffix'> & TestReads,
): PlannedTest {
  const { judgementSql, engineSql, compiledSql, toSource, expected, columns, refused } = compiled;
  const limit = test.judgement?.limit ?? null;
  const store = test.judgement?.store;
  // On lines of its own, so that a comment at the end of the test swallows nothing.
  const sql =
    limit === null ? engineSql : `select * from (\n${engineSql}\n) as test_rows limit ${limit}`;
  return {
    node: test,
    sql,
    compiledSql,
    toSource: limit === null ? toSource : belowFirstLine(toSource),
    ...(judgementSql !== undefined && { judgementSql }),
    ...(expected && { expected }),
    ...(refused && { refused }),
    ...(store && {
      store: {
        kind: 'store-failures',
        test,
        as: input.readsUnpublished ? 'table' : store.as,
        staged: stagedRelation(store.relation, suffixOf(input)),
        published: store.relation,
        sql,
        ...(columns && { columns }),
      },
    }),
  };
}

export interface TestReads {
  /** The test reads what is not published yet, and gone if the test fails: a view of it would be. */
  readonly readsUnpublished: boolean;
}

/** Returns the map of a text that stands one line further down. */
function belowFirstLine(toSource: PositionMap): PositionMap {
  return (line, column) => toSource(line - 1, column);
}

/** Returns a model whose rows a node reads, itself or through what is put into its SQL, and which guards them. */
function findGuarded(
  id: UniqueId,
  { graph, dialect }: Pick<PlanInput, 'graph' | 'dialect'>,
): { readonly name: string; readonly guard: string } | undefined {
  for (const parent of graph.parents.get(id) ?? []) {
    const node = graph.nodes.get(parent);
    if (!isBuilt(node)) continue;
    if (node.config.materialized === 'ephemeral') {
      const above = findGuarded(parent, { graph, dialect });
      if (above !== undefined) return above;
    }
    const guard = dialect.rowGuard?.(node);
    if (guard !== undefined) return { name: node.name, guard };
  }
  return undefined;
}

/** Returns what the engine cannot do of a test's configuration. Codes: `capability-missing`. */
export function checkStore(test: TestNode, input: PlanInput, reads: TestReads): Diagnostic[] {
  const { capabilities } = input;
  const store = test.judgement?.store ?? null;
  if (store === null) return [];
  const { location } = test;
  if (capabilities.storesFailures !== true) {
    const message = `test '${test.name}' keeps its failing rows, which this target cannot do yet`;
    const hint = 'remove `store_failures`, or set it to false for this target';
    return [errorDiagnostic('capability-missing', message, { location, hint })];
  }
  const guarded = findGuarded(test.uniqueId, input);
  if (guarded !== undefined) {
    const message = `test '${test.name}' keeps failing rows of '${guarded.name}', which has ${guarded.guard}: who may read the kept rows, nothing would limit`;
    const hint = 'remove `store_failures`; the query in target/compiled finds the rows again';
    return [errorDiagnostic('capability-missing', message, { location, hint })];
  }
  if (store.as === 'table' || !reads.readsUnpublished) return [];
  const message = `test '${test.name}' keeps its failing rows in a table, not in a view: it reads rows that are not published if it fails`;
  const hint = 'write `store_failures_as: table`, or run with --no-audit-gate';
  return [warningDiagnostic('capability-missing', message, { location, hint })];
}
