import { freeName, type Context } from './context.js';
import { raw, sql, stringSql, joinSql, type Sql } from './fragment.js';
import type { PathCondition, PathOperand, PathRoot } from './json-path-filter.js';
import type { PathStep, StandardPath } from './json-standard-path.js';
import { macroCall } from './macro-call.js';

type Path = Extract<StandardPath, { mode: string }>;

/** What a path is followed from: lists of items, NULL for an error. */
interface Surroundings {
  readonly context: Context;
  readonly mode: Path['mode'];
  readonly rootOf: (root: PathRoot) => Sql;
  /** How deep in filters. */
  readonly depth: number;
}

/** What comparing an item with another may come to (less, equal, greater) where an operator is true. */
const signs = {
  '=': '[0]',
  '<>': '[-1, 1]',
  '<': '[-1]',
  '<=': '[-1, 0]',
  '>': '[1]',
  '>=': '[0, 1]',
} as const;

/** A condition on the items of a filter; NULL where it is unknown. A comparison is of all items that its paths lead to. */
function conditionSql(surroundings: Surroundings, condition: PathCondition): Sql {
  const isLax = surroundings.mode === 'lax';
  const follow = ({ root, steps }: PathOperand): Sql =>
    followSteps(surroundings, surroundings.rootOf(root), steps);
  const compared = (operand: PathOperand): Sql => {
    const items = follow(operand);
    return isLax && operand.root.kind !== 'literal' ? macroCall('json_unwrap', [items]) : items;
  };
  switch (condition.kind) {
    case 'and':
    case 'or':
      return sql`(${joinSql(
        condition.terms.map((term) => conditionSql(surroundings, term)),
        condition.kind === 'and' ? ' AND ' : ' OR ',
      )})`;
    case 'not':
      return sql`(NOT ${conditionSql(surroundings, condition.operand)})`;
    case 'is-unknown':
      return sql`(${conditionSql(surroundings, condition.operand)} IS NULL)`;
    case 'exists':
      return sql`(len(${follow(condition.operand)}) > 0)`;
    case 'starts-with':
      return macroCall('json_starts', [
        compared(condition.left),
        follow(condition.right),
        raw(String(isLax)),
      ]);
    case 'comparison':
      return macroCall('json_decided', [
        compared(condition.left),
        compared(condition.right),
        raw(signs[condition.operator]),
        raw(String(isLax)),
      ]);
  }
}

function followStep(surroundings: Surroundings, items: Sql, step: PathStep): Sql {
  const { context, mode, depth } = surroundings;
  const name = `json_${mode}_${step.kind}`;
  switch (step.kind) {
    case 'member':
      return macroCall(name, [items, stringSql(step.path)]);
    case 'slices': {
      const ranges = step.ranges.map(({ first, last }) => `{'first': ${first}, 'last': ${last}}`);
      return macroCall(name, [items, raw(`[${ranges.join(', ')}]`)]);
    }
    case 'filter': {
      const item = freeName(context, `filtered${depth}`);
      const condition = conditionSql(
        {
          ...surroundings,
          depth: depth + 1,
          rootOf: (root) => (root.kind === 'item' ? sql`[${item}]` : surroundings.rootOf(root)),
        },
        step.condition,
      );
      const candidates = mode === 'lax' ? macroCall('json_unwrap', [items]) : items;
      // Of a list that is NULL, DuckDB's optimizer forgets the type of the items, but for the cast.
      return sql`list_filter(CAST(${candidates} AS JSON[]), lambda ${item}: coalesce(${condition}, false))`;
    }
    default:
      return macroCall(name, [items]);
  }
}

function followSteps(surroundings: Surroundings, start: Sql, steps: readonly PathStep[]): Sql {
  return steps.reduce((items, step) => followStep(surroundings, items, step), start);
}

/**
 * Returns the list of the items that a path leads to in the JSON text `input`; NULL for an error. `variables` are the values of PASSING,
 * as such lists too.
 */
export function followPath(
  context: Context,
  input: Sql,
  path: Path,
  variables: ReadonlyMap<string, Sql>,
): Sql {
  const document = macroCall('json_start', [input]);
  const bound = freeName(context, 'passed');
  const names = [...variables.keys()];
  const isBound = path.namesDocument || names.length > 0;
  const rootOf = (root: PathRoot): Sql => {
    switch (root.kind) {
      case 'literal':
        return sql`[json(${stringSql(root.json)})]`;
      case 'variable':
        return sql`${bound}.${raw(`v${names.indexOf(root.name)}`)}`;
      default:
        return isBound ? sql`${bound}.document` : document;
    }
  };
  const surroundings = { context, mode: path.mode, rootOf, depth: 0 };
  const found = followSteps(surroundings, rootOf(path.root), path.steps);
  if (!isBound) return found;
  const fields = [...variables.values()].map((items, index): Sql => ({
    parts: [`v${index}: `, items],
    atomic: false,
  }));
  // Whatever the path asks for, what is no JSON is an error.
  const faults = ['document', ...names.map((_, index) => `v${index}`)].map(
    (field) => sql`${bound}.${raw(field)} IS NULL`,
  );
  const checked = sql`CASE WHEN NOT (${joinSql(faults, ' OR ')}) THEN ${found} END`;
  const start: Sql = {
    parts: ['{', joinSql([{ parts: ['document: ', document], atomic: false }, ...fields]), '}'],
    atomic: true,
  };
  return sql`list_transform([${start}], lambda ${bound}: ${checked})[1]`;
}
