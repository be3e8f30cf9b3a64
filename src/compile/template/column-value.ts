import type { Relation } from '../../core/relation.js';
import type { RelationColumns, TemplateColumn } from '../../core/template.js';
import { builtin, callableOf } from './arguments.js';
import type { NamedValues } from './context-functions.js';
import { TemplateProblem } from './template-problem.js';
import { isRelation, listOf, typeName, type ObjectValue, type Value } from './values.js';

const method = (name: string, value: () => Value): Value =>
  callableOf(
    name,
    builtin('', () => value()),
  );

function textMember(relation: ObjectValue, name: string): string | undefined {
  const value = relation.member(name);
  return typeof value === 'string' ? value : undefined;
}

/**
 * Returns a column as dbt's macros read it: https://docs.getdbt.com/reference/dbt-classes#column. What tells its type is
 * `template-unsupported` where only its name is known.
 */
function columnValue({ name, type }: TemplateColumn): ObjectValue {
  const quoted = `"${name}"`;
  const ofName = new Map<string, Value>([
    ['name', name],
    ['column', name],
    ['quoted', quoted],
  ]);
  const ofType = new Map<string, (known: NonNullable<typeof type>) => Value>([
    ['dtype', ({ dtype }) => dtype],
    ['data_type', ({ dataType }) => dataType],
    ['is_string', ({ kind }) => method('is_string', () => kind === 'string')],
    ['is_integer', ({ kind }) => method('is_integer', () => kind === 'integer')],
    ['is_float', ({ kind }) => method('is_float', () => kind === 'float')],
    ['is_numeric', ({ kind }) => method('is_numeric', () => kind === 'numeric')],
    [
      'is_number',
      ({ kind }) =>
        method('is_number', () => kind === 'integer' || kind === 'float' || kind === 'numeric'),
    ],
    [
      'string_size',
      ({ size }) =>
        method('string_size', () => {
          if (size !== undefined) return BigInt(size);
          throw new TemplateProblem('template-error', `the column '${name}' is no string`, {
            hint: 'ask is_string() first',
          });
        }),
    ],
  ]);
  return {
    kind: 'object',
    typeName: 'column',
    text: quoted,
    memberNames: () => [...ofName.keys(), ...ofType.keys()],
    member(member) {
      const read = ofType.get(member);
      if (read === undefined) return ofName.get(member);
      if (type !== undefined) return read(type);
      throw new TemplateProblem(
        'template-unsupported',
        `'${member}' of the column '${name}' is not known: its type is not`,
        { hint: 'declare its data_type in YAML, or cast it where it is made' },
      );
    },
  };
}

/**
 * Returns `adapter` for a template that is told the columns of the relations that it reads. Nothing is asked of the
 * warehouse; what is not known is `template-unsupported`.
 */
export function adapterWithColumns(
  adapter: ObjectValue,
  columnsOf: (relation: Relation) => RelationColumns,
): NamedValues {
  const name = 'adapter.get_columns_in_relation';
  const read = builtin('relation', (args, run) => {
    const relation = args.value('relation');
    if (!isRelation(relation)) {
      throw new TemplateProblem(
        'template-error',
        `${name}() expects a relation, found ${typeName(relation)}`,
        { hint: 'give it ref() or source()' },
      );
    }
    const database = textMember(relation, 'database');
    const schema = textMember(relation, 'schema');
    const identifier = textMember(relation, 'identifier');
    const found: RelationColumns =
      database === undefined || schema === undefined || identifier === undefined
        ? {
            unknown: 'an ephemeral model and the rows of a unit test have no relation',
            hint: 'name the columns, or make the model a view',
          }
        : columnsOf({ database, schema, identifier });
    if ('unknown' in found) {
      throw new TemplateProblem(
        'template-unsupported',
        `'${name}' does not know the columns: ${found.unknown}`,
        { hint: found.hint },
      );
    }
    run.budget.allocateItems(found.columns.length);
    return listOf(found.columns.map(columnValue));
  });
  const known: ObjectValue = {
    ...adapter,
    member: (member) =>
      member === 'get_columns_in_relation' ? callableOf(name, read) : adapter.member(member),
  };
  return {
    get: (each) => (each === 'adapter' ? known : undefined),
    keys: () => ['adapter'],
  };
}
