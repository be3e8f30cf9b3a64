import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { ListedGraph, ListedNode } from '../../core/listed-node.js';
import type { UniqueId } from '../../core/node.js';
import type { PreviousState } from '../../core/previous-state.js';
import type { Result } from '../../core/result.js';
import { resourceTypeNames } from '../../core/selector-definition.js';
import { didYouMean } from '../../core/suggest.js';
import { selectListed } from '../../graph/select-nodes.js';
import {
  listNodes,
  pickKeys,
  type ListEntry,
  type ListForm,
} from '../../report/tables/format-list.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { ProjectGraph, ProjectRequest } from '../load-project-graph.js';
import type { SelectionOptions } from '../options.js';
import { projectRequestOf } from '../project-request.js';
import { readStates } from '../read-states.js';
import { recallListing } from '../recall-listing.js';
import { selectFromProject, selectionOf } from '../select-from-project.js';

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

/** What a project is to `ls`. */
interface Listed {
  readonly diagnostics: readonly Diagnostic[];
  readonly graph: ListedGraph;
  readonly select: (state: PreviousState | undefined) => Result<ReadonlySet<UniqueId>>;
  /** Returns a function that returns what the manifest says of a node. */
  readonly openEntries: () => Promise<(id: UniqueId) => ListEntry>;
}

/** `ls`: prints the selected nodes, a line each. Needs no warehouse. */
export async function ls(invocation: Invocation, options: ListOptions): Promise<ExitCode> {
  return listProject(invocation, options, projectRequestOf(invocation));
}

/** Prints the selected nodes of a project, as they were kept or as they are loaded. */
export async function listProject(
  invocation: Invocation,
  options: ListOptions,
  request: ProjectRequest,
): Promise<ExitCode> {
  const { print } = invocation;
  const form = options.output === 'text' ? 'selector' : options.output;
  const keys = options.outputKeys?.flatMap((words) => words.split(/[\s,]+/u).filter(Boolean));
  const withEntries = keys !== undefined || form === 'json';

  const listed =
    recall(invocation, options, { request, withEntries }) ??
    (await load(invocation, options, request));
  if (listed === undefined) return exitCodes.invalid;
  print(listed.diagnostics);
  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return exitCodes.invalid;
  const selected = listed.select(states.value.state);
  print(selected.diagnostics);
  if (!selected.ok) return exitCodes.invalid;

  const nodes = [...selected.value].flatMap((id) => listed.graph.nodes.get(id) ?? []);
  if (!withEntries) {
    printLines(invocation, listNodes(nodes, { form }));
    return exitCodes.ok;
  }
  const readEntry = await listed.openEntries();
  const entryOf = ({ uniqueId }: ListedNode): ListEntry => readEntry(uniqueId);
  if (keys === undefined) {
    const entry = (node: ListedNode): ListEntry => pickKeys(entryOf(node), listedKeys);
    printLines(invocation, listNodes(nodes, { form, entryOf: entry }));
    return exitCodes.ok;
  }
  const unknown = form === 'json' ? findUnknownKeys(nodes.map(entryOf), keys) : [notJson()];
  print(unknown);
  if (unknown.length > 0) return exitCodes.invalid;
  const picked = (node: ListedNode): ListEntry => pickKeys(entryOf(node), keys);
  printLines(invocation, listNodes(nodes, { form, entryOf: picked }));
  return exitCodes.ok;
}

/** Returns what the last `parse` kept, if it still holds and says enough: other states are compared with whole nodes. */
function recall(
  invocation: Invocation,
  options: ListOptions,
  { request, withEntries }: { readonly request: ProjectRequest; readonly withEntries: boolean },
): Listed | undefined {
  if (options.state !== undefined) return undefined;
  const known = recallListing(request, invocation, { withEntries });
  if (known === undefined) return undefined;
  const { diagnostics, graph, selectors, readEntry } = known;
  const resourceTypes = listedTypes(options);
  return {
    diagnostics,
    graph,
    select: () => selectListed(graph, { ...selectionOf(options, { resourceTypes }), selectors }),
    openEntries: () => Promise.resolve(readEntry),
  };
}

/** Loads the project; `undefined` if something is wrong with it, which is printed. */
async function load(
  invocation: Invocation,
  options: ListOptions,
  request: ProjectRequest,
): Promise<Listed | undefined> {
  const { loadProjectGraph } = await import('../load-project-graph.js');
  const { diagnostics, ...loaded } = await loadProjectGraph(request);
  if (!loaded.ok) {
    invocation.print(diagnostics);
    return undefined;
  }
  const { graph } = loaded.value;
  return {
    diagnostics,
    graph,
    select: (state) =>
      selectFromProject(loaded.value, options, { resourceTypes: listedTypes(options), state }),
    openEntries: () => createEntryReader(invocation, loaded.value),
  };
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
  // All at once: each write is a call to the system.
  const { text, json } = out.redact;
  const shown = lines.map((line) => `${typeof line === 'string' ? text(line) : json(line)}\n`);
  if (shown.length > 0) out.write(shown.join(''));
}

/** Returns a function that returns what the manifest says of a node. */
async function createEntryReader(
  { id, startedAt }: Invocation,
  { project, parsed, graph }: ProjectGraph,
): Promise<(id: UniqueId) => ListEntry> {
  const [{ toManifestEntry }, { findEngine }, { createSqlToolkit }] = await Promise.all([
    import('../../report/artifacts/to-manifest.js'),
    import('../engines.js'),
    import('../../sql/index.js'),
  ]);
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
  return (id) => {
    const node = graph.nodes.get(id);
    if (node === undefined) throw new Error(`${id} is not in the graph`);
    return toManifestEntry(node, input);
  };
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
