import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { ParsedNode } from '../../core/node.js';
import { resourceTypeNames } from '../../core/selector-definition.js';
import { didYouMean } from '../../core/suggest.js';
import { toManifestEntry } from '../../report/artifacts/to-manifest.js';
import {
  listNodes,
  pickKeys,
  type ListEntry,
  type ListForm,
} from '../../report/tables/format-list.js';
import { findEngine } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import type { SelectionOptions } from '../options.js';
import { projectRequestOf } from '../project-request.js';
import { readStates } from '../read-states.js';
import { selectFromProject } from '../select-from-project.js';

export interface ListOptions extends SelectionOptions {
  readonly output: 'text' | ListForm;
  /** Keys of a node in the manifest; a part of one with dots. One value may hold several words, as in dbt. */
  readonly outputKeys?: readonly string[];
}

/** What `--output json` tells of a node: dbt's choice of the manifest's keys. */
const listedKeys = [
  ...['unique_id', 'name', 'resource_type', 'package_name', 'original_file_path', 'source_name'],
  ...['alias', 'config', 'tags', 'depends_on'],
];

/** `ls`: prints the selected nodes, a line each. Needs no warehouse. */
export async function ls(invocation: Invocation, options: ListOptions): Promise<ExitCode> {
  const { print } = invocation;
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { graph } = loaded.value;
  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return exitCodes.invalid;
  const { state } = states.value;
  const selected = selectFromProject(loaded.value, options, {
    resourceTypes: listedTypes(options),
    state,
  });
  print(selected.diagnostics);
  if (!selected.ok) return exitCodes.invalid;

  const nodes = [...selected.value].flatMap((id) => graph.nodes.get(id) ?? []);
  const form = options.output === 'text' ? 'selector' : options.output;
  const keys = options.outputKeys?.flatMap((words) => words.split(/[\s,]+/u).filter(Boolean));
  if (keys === undefined && form !== 'json') {
    printLines(invocation, listNodes(nodes, { form }));
    return exitCodes.ok;
  }
  const entryOf = await createEntryReader(invocation, loaded.value);
  if (keys === undefined) {
    const entry = (node: ParsedNode): ListEntry => pickKeys(entryOf(node), listedKeys);
    printLines(invocation, listNodes(nodes, { form, entryOf: entry }));
    return exitCodes.ok;
  }
  const unknown = form === 'json' ? findUnknownKeys(nodes.map(entryOf), keys) : [notJson()];
  print(unknown);
  if (unknown.length > 0) return exitCodes.invalid;
  const picked = (node: ParsedNode): ListEntry => pickKeys(entryOf(node), keys);
  printLines(invocation, listNodes(nodes, { form, entryOf: picked }));
  return exitCodes.ok;
}

/** Returns the kinds of nodes that `ls` lists. As in dbt, analyses are not among them by default. */
export function listedTypes({
  resourceType,
}: Pick<SelectionOptions, 'resourceType'>): readonly string[] {
  return resourceType?.includes('all') === true
    ? resourceTypeNames
    : resourceTypeNames.filter((type) => type !== 'analysis');
}

function printLines({ out }: Invocation, lines: readonly (string | ListEntry)[]): void {
  for (const line of lines) {
    if (typeof line === 'string') out.writeLine(line);
    else out.writeJson(line);
  }
}

/** Returns what the manifest says of a node. */
async function createEntryReader(
  { id, startedAt }: Invocation,
  { project, parsed, graph }: ProjectGraph,
): Promise<(node: ParsedNode) => ListEntry> {
  const { createSqlToolkit } = await import('../../sql/index.js');
  const dialect = await findEngine(project.target).createDialect(createSqlToolkit());
  const input = {
    project,
    graph,
    macros: parsed.macros,
    disabled: parsed.disabled,
    ...(parsed.groups && { groups: parsed.groups }),
    compiled: new Map(),
    renderRelation: (relation: Parameters<typeof dialect.renderRelation>[0]) =>
      dialect.renderRelation(relation),
    invocation: { invocationId: id, startedAt, generatedAt: startedAt },
  };
  return (node) => toManifestEntry(node, input);
}

function notJson(): Diagnostic {
  return errorDiagnostic('usage', '--output-keys chooses keys of JSON, found another form', {
    hint: 'add --output json',
  });
}

/** A key that no node has is a slip; one that only some have is left out of the others, as in dbt. */
function findUnknownKeys(
  entries: readonly ListEntry[],
  keys: readonly string[],
): readonly Diagnostic[] {
  if (entries.length === 0) return [];
  const known = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
  const configs = new Set(entries.flatMap(({ config }) => Object.keys(config ?? {})));
  return keys
    .filter((key) => entries.every((entry) => Object.keys(pickKeys(entry, [key])).length === 0))
    .map((key) =>
      errorDiagnostic('usage', `--output-keys names '${key}', which no selected node has`, {
        hint: didYouMean(
          key,
          [...known, ...[...configs].map((each) => `config.${each}`)],
          `the keys are ${known.join(', ')}`,
        ),
      }),
    );
}
