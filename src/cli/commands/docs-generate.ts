import type { Dialect } from '../../core/adapter.js';
import { success } from '../../core/result.js';
import { toCatalog } from '../../report/artifacts/to-catalog.js';
import { writeArtifact } from '../../report/artifacts/write-artifacts.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createSqlToolkit } from '../../sql/index.js';
import { dialectOptions } from '../explain-dialect.js';
import { findEngine, warehouseExists } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import type { SelectionOptions } from '../options.js';
import { projectRequestOf } from '../project-request.js';
import { readStates } from '../read-states.js';
import { selectFromProject } from '../select-from-project.js';
import { catalogScope, emptyCatalog } from '../warehouse.js';
import { writeCompiled } from './compile.js';

export interface DocsGenerateOptions extends SelectionOptions {
  /** False for `--no-compile`. */
  readonly compile: boolean;
  readonly emptyCatalog?: boolean;
}

/** Looks at the warehouse; where there is none yet, it is empty. */
async function readWarehouse(loaded: ProjectGraph, dialect: Dialect) {
  const { project, graph } = loaded;
  if (!warehouseExists(project)) return success(emptyCatalog);
  const engine = findEngine(project.target);
  const kept = [...graph.nodes.values()].flatMap((node) =>
    node.resourceType === 'test' && node.judgement?.store ? [node.judgement.store.relation] : [],
  );
  const opened = await engine.open(project, { dialect, mode: 'read' });
  if (!opened.ok) return opened;
  const catalog = await opened.value.readCatalog(...catalogScope(loaded, kept));
  await opened.value.close();
  return catalog;
}

/**
 * `docs generate`: writes `manifest.json` with the SQL of all nodes, and `catalog.json` with what the warehouse holds of
 * them. A selection limits both. The warehouse is not changed.
 */
export async function docsGenerate(
  invocation: Invocation,
  options: DocsGenerateOptions,
): Promise<ExitCode> {
  const { print, note, cwd } = invocation;
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project, graph } = loaded.value;
  const written = options.compile
    ? await writeCompiled(invocation, loaded.value, options)
    : { exitCode: exitCodes.ok };
  if (written === undefined) return exitCodes.invalid;
  const states = readStates(cwd, options);
  if (!states.ok) {
    print(states.diagnostics);
    return exitCodes.invalid;
  }
  const isPart = [options.select, options.exclude, options.selector].some(
    (each) => each !== undefined,
  );
  const selected = isPart
    ? selectFromProject(loaded.value, options, {
        resourceTypes: ['model', 'seed', 'snapshot', 'source', 'test'],
        state: states.value.state,
      })
    : undefined;
  // What is wrong with a selection, compiling has said.
  if (selected !== undefined && !options.compile) print(selected.diagnostics);
  if (selected?.ok === false) return exitCodes.invalid;

  const dialect = await findEngine(project.target).createDialect(
    createSqlToolkit(),
    undefined,
    dialectOptions(project),
  );
  const catalog =
    options.emptyCatalog === true
      ? success(emptyCatalog)
      : await readWarehouse(loaded.value, dialect);
  print(catalog.diagnostics);
  if (!catalog.ok) return exitCodes.invalid;
  const artifact = toCatalog({
    graph,
    catalog: catalog.value,
    types: dialect.catalogTypes,
    ...(selected && { selection: selected.value }),
    invocation: {
      invocationId: invocation.id,
      startedAt: invocation.startedAt,
      generatedAt: new Date().toISOString(),
    },
  });
  const path = `${project.targetPath}/catalog.json`;
  const unwritten = writeArtifact(project.root, path, invocation.out.redact.json(artifact));
  print(unwritten);
  if (unwritten.length > 0) return exitCodes.invalid;
  const count = Object.keys(artifact.nodes).length + Object.keys(artifact.sources).length;
  note(`Wrote ${formatQuantity(count, 'relation')} to ${path}.`);
  // A node without SQL is not documented as it is: as in dbt, that is no success.
  return written.exitCode;
}
