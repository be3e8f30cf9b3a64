import { pathInPackage } from '../core/own-path.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { JsonValue, MacroNode, SqlNode } from '../core/node.js';
import { configOf, pathInResources } from '../core/node-view.js';
import type { Project } from '../core/project.js';
import type { Relation } from '../core/relation.js';
import type { RenderBindings } from '../core/template.js';
import type { ParseOptions } from './parse-options.js';

/** The parts of a relation's name, each with dbt's macro for it and the argument that has what is configured. */
const parts = [
  { part: 'schema', macro: 'generate_schema_name', argument: 'custom_schema_name' },
  { part: 'identifier', macro: 'generate_alias_name', argument: 'custom_alias_name' },
  { part: 'database', macro: 'generate_database_name', argument: 'custom_database_name' },
] as const;

type Part = (typeof parts)[number];

/** What a naming macro sees of its node; the names it is about to make are not among it. */
function viewOf(node: SqlNode, packages: Project['packages']): Readonly<Record<string, JsonValue>> {
  const version = node.resourceType === 'model' ? node.version : undefined;
  return {
    name: node.name,
    unique_id: node.uniqueId,
    resource_type: node.resourceType,
    package_name: node.packageName,
    original_file_path: pathInPackage(node.path, packages),
    path: pathInResources({ ...node, isVersion: version !== undefined }),
    fqn: node.fqn,
    tags: node.tags,
    version: version?.v ?? null,
    config: configOf(node),
  };
}

/** Names the relations of nodes. */
export interface RelationNamer {
  /** Returns the node with the names that the project's macros give its relation. */
  name<Node extends SqlNode>(node: Node): Node;
  /** What was wrong, each once. */
  readonly diagnostics: () => readonly Diagnostic[];
}

/**
 * Returns what names relations by the macros `generate_schema_name`, `generate_alias_name` and `generate_database_name`
 * of the node's package, or else of the project, as in dbt, also with the prefix of a dispatch; without any, names stay as they
 * are. Diagnostics: those of rendering, `template-error` for a macro that gives no name.
 */
export function createRelationNamer(project: Project, options: ParseOptions): RelationNamer {
  const { engine, context, macroPrefixes = [] } = options;
  const prefixes = ['', ...macroPrefixes.map((each) => `${each}__`)];
  const found = new Map<string, Diagnostic>();
  const macroFor = ({ macro }: Part): MacroNode | undefined =>
    [project.name, context.projectName]
      .flatMap((owner) => prefixes.map((prefix) => ({ owner, name: `${prefix}${macro}` })))
      .map(({ owner, name }) =>
        engine.macros.find((each) => each.packageName === owner && each.name === name),
      )
      .find((each) => each !== undefined);
  const overridden = parts.flatMap((part) => {
    const macro = macroFor(part);
    return macro === undefined ? [] : [{ ...part, own: macro }];
  });

  const report = (diagnostics: readonly Diagnostic[]): void => {
    for (const each of diagnostics) found.set(JSON.stringify(each), each);
  };

  function render(
    { macro, argument, own }: (typeof overridden)[number],
    custom: string | null,
    node: SqlNode,
  ): string | undefined {
    const refuse = (call: string) => ({
      problem: errorDiagnostic('template-forbidden', `a name cannot depend on ${call}`, {
        hint: 'use target, var() and the node',
      }),
    });
    const bindings: RenderBindings = {
      ref: ({ name }) => refuse(`ref('${name}')`),
      source: ({ source, table }) => refuse(`source('${source}', '${table}')`),
      this: null,
      isIncremental: false,
      config: () => ({}),
      extra: { [argument]: custom, node: viewOf(node, project.packages) },
    };
    const content = `{{ ${own.packageName}.${own.name}(${argument}, node) }}`;
    const result = engine.render({ path: own.path, content }, context, bindings);
    report(result.diagnostics);
    if (!result.ok) return undefined;
    const text = result.value.sql.trim();
    if (text !== '') return text;
    const message = `the macro '${macro}' gives ${node.resourceType} '${node.name}' no name`;
    report([
      errorDiagnostic('template-error', message, {
        location: { path: own.path },
        hint: 'let it return a name in every case',
      }),
    ]);
    return undefined;
  }

  function rename(
    relation: Relation,
    node: SqlNode,
    custom: Readonly<Record<Part['part'], string | null>>,
  ): Relation {
    return overridden.reduce((named, each) => {
      const text = render(each, custom[each.part], node);
      return text === undefined ? named : { ...named, [each.part]: text };
    }, relation);
  }

  return {
    diagnostics: () => [...found.values()],
    name(node) {
      if (overridden.length === 0 || !node.config.enabled) return node;
      const { schema, database, alias } = node.config;
      const custom = { schema, database, identifier: alias };
      if (node.resourceType === 'analysis') return node;
      if (node.resourceType !== 'test') {
        return { ...node, relation: rename(node.relation, node, custom) };
      }
      const store = node.judgement?.store;
      const inAudit = { ...custom, schema: schema ?? auditSchema };
      if (node.judgement === undefined || store == null) {
        const own = node.unit ? undefined : overridden.find(({ part }) => part === 'schema');
        const schemaName = own && render(own, inAudit.schema, node);
        return schemaName === undefined ? node : { ...node, schemaName };
      }
      const named = rename(store.relation, node, inAudit);
      return { ...node, judgement: { ...node.judgement, store: { ...store, relation: named } } };
    },
  };
}

/** Where dbt keeps failing rows that have no schema of their own. */
const auditSchema = 'dbt_test__audit';
