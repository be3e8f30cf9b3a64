import type { StoredColumn } from '../../core/adapter.js';
import { hookTitle, type CompiledHook, type RunHook } from '../../core/hook.js';
import type { Plan, PlannedNode, Step } from '../../core/plan.js';
import { displayRelation } from '../../core/relation.js';
import { formatType } from '../../core/sql-type.js';
import { describeKind, describeName } from '../reporters/describe-node.js';
import { toPrintable } from '../text/printable.js';
import { formatQuantity } from '../text/quantity.js';
import { createStyle } from '../text/style.js';

/** Returns the statements of a hook, each on a line. */
function describeHook(hook: CompiledHook): readonly string[] {
  return hook.statements.map((sql) => `${hookTitle(hook)}: ${sql.trim().replaceAll(/\s+/gu, ' ')}`);
}

/** Returns what a step does, in a sentence. */
function describeStep(step: Step): readonly string[] {
  switch (step.kind) {
    case 'create-schema':
      return [`create schema ${step.relation.schema} if it is not there`];
    case 'stage':
      return step.as === 'rows'
        ? [`write the new rows to ${displayRelation(step.staged)}`]
        : [`build ${step.as} ${displayRelation(step.staged)} beside the published one`];
    case 'stage-external':
      return [
        `declare external table ${displayRelation(step.staged)} over ${step.location} (${step.format})`,
      ];
    case 'publish':
      return [`publish ${displayRelation(step.staged)} as ${displayRelation(step.published)}`];
    case 'publish-file':
      return [
        `write ${displayRelation(step.staged)} to ${step.file.location}, and publish a view of it as ${displayRelation(step.published)}`,
      ];
    case 'publish-partitions':
      return [
        `switch the partitions of ${displayRelation(step.published)} to those of ${displayRelation(step.staged)}, one after another`,
      ];
    case 'begin':
      return ['begin a transaction'];
    case 'commit':
      return ['commit'];
    case 'alter-columns': {
      const { add, change, drop } = step.alteration;
      const typed = ({ name, type }: StoredColumn): string => `${name} ${formatType(type)}`;
      const changes = [
        ...add.map((column) => `add ${typed(column)}`),
        ...change.map((column) => `change ${typed(column)}`),
        ...drop.map((name) => `drop ${name}`),
      ];
      return [`alter ${displayRelation(step.relation)}: ${changes.join(', ')}`];
    }
    case 'write':
      return [`change the rows of ${displayRelation(step.relation)}`];
    case 'check-contract':
      return [
        ...(step.columns === null
          ? []
          : [`compare the columns of ${displayRelation(step.relation)} with the contract`]),
        ...step.constraints.map(({ title }) => `look for rows that break ${title}`),
      ];
    case 'check':
      return ['check that the new rows can be told apart'];
    case 'refuse':
      return step.problems.map(({ message }) => `fail: ${message}`);
    case 'audit':
      return step.tests.map(
        ({ node, store }) =>
          `test ${node.name}${node.severity === 'warn' ? ' (warns)' : ''}${store ? `, failing rows go to ${displayRelation(store.published)}` : ''}`,
      );
    case 'store-failures':
      return [`keep failing rows in ${displayRelation(step.published)}`];
    case 'hook':
      return describeHook(step.hook);
    case 'discard':
      return [`remove ${displayRelation(step.staged)}`];
  }
}

function formatNode(node: PlannedNode, index: number, bold: (text: string) => string): string {
  const { node: sqlNode, steps, ahead, notes = [] } = node;
  const head = `${index + 1}. ${bold(describeName(sqlNode))} (${describeKind(sqlNode)})`;
  const lines = [
    ...(steps.length === 0 ? ['nothing to do'] : steps.flatMap(describeStep)),
    ...(ahead === undefined
      ? []
      : [
          `note: its rows may be computed while tests run of what it reads: ${ahead.reads.join(', ')}`,
        ]),
    ...notes.map((note) => `note: ${note}`),
  ];
  return [head, ...lines.map((line) => `   ${toPrintable(line)}`)].join('\n');
}

/** Returns what a run would do, without a line feed at the end: each node in order, with its steps. */
export function formatPlan(plan: Plan, options: { readonly color: boolean }): string {
  const { bold } = createStyle(options);
  const tests = plan.nodes
    .filter(({ node }) => node.resourceType !== 'test')
    .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'audit' ? step.tests : [])));
  const count = plan.nodes.length + tests.length;
  const { start = [], end = [] } = plan.hooks ?? {};
  const around = (hooks: readonly RunHook[]): readonly string[] =>
    hooks.every(({ statements }) => statements.length === 0)
      ? []
      : [hooks.flatMap(describeHook).map(toPrintable).join('\n')];
  return [
    ...around(start),
    ...plan.nodes.map((node, index) => formatNode(node, index, bold)),
    ...around(end),
    `Dry run: ${formatQuantity(count, 'node')} would run, nothing was touched.`,
  ].join('\n\n');
}
