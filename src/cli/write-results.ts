import type { CompiledNode } from '../core/compiled-node.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Relation } from '../core/relation.js';
import type { NodeResult, RunResults } from '../core/run-results.js';
import { writeManifest, type WrittenManifest } from '../report/artifacts/manifest-file.js';
import { printManifest } from '../report/artifacts/manifest-text.js';
import { toManifestParts } from '../report/artifacts/to-manifest.js';
import { toRunResults, type Exposed } from '../report/artifacts/to-run-results.js';
import {
  compiledArtifacts,
  createArtifactWriter,
  jsonArtifact,
  runArtifacts,
} from '../report/artifacts/write-artifacts.js';
import type { Invocation } from './invocation.js';
import type { ProjectGraph } from './load-project-graph.js';

/** What an invocation leaves in the target folder before it runs anything. */
export interface ProjectToWrite extends ProjectGraph {
  readonly compiled: readonly CompiledNode[];
  readonly renderRelation: (relation: Relation) => string;
  /** Hears of the manifest, if it could be written. */
  readonly onManifest?: (written: WrittenManifest) => void;
}

/** Writes artifacts while nodes run. */
export interface ResultWriter {
  /** Hears of a node that has ended. */
  addResult(result: NodeResult): void;
  /** Writes a little at a time from now on, until the function that it returns is called. */
  writeBeside(): () => void;
  /**
   * Writes what is left. `results` is `null` for commands that run nothing; `args` are the command's own
   * flags, under dbt's names. Codes: `write-failed`, `disk-full`.
   */
  end(
    results: RunResults | null,
    args: Readonly<Record<string, unknown>>,
    exposures?: readonly Exposed[],
  ): readonly Diagnostic[];
}

/**
 * How long artifacts wait, in milliseconds, while the first nodes start: writing must not keep their statements from being
 * sent. Then they have a sixth of the time: a run has answers to read.
 */
const besideRun = { firstAfterMs: 250, forMs: 10, pauseMs: 50 };

/** Returns what writes the artifacts of an invocation: first what is known before nodes run. */
export function openResults(invocation: Invocation, toWrite: ProjectToWrite): ResultWriter {
  const { project, parsed, graph, compiled, renderRelation } = toWrite;
  const { redact } = invocation.out;
  const place = { project, redact };
  const describe = () => ({
    invocationId: invocation.id,
    startedAt: invocation.startedAt,
    generatedAt: new Date().toISOString(),
  });
  const writeManifestTo = (path: string): void => {
    const parts = toManifestParts({
      project,
      graph,
      macros: parsed.macros,
      disabled: parsed.disabled,
      ...(parsed.docs && { docs: parsed.docs }),
      ...(parsed.groups && { groups: parsed.groups }),
      ...(parsed.operations && { operations: parsed.operations }),
      compiled: new Map(compiled.map((each) => [each.node.uniqueId, each])),
      renderRelation,
      invocation: describe(),
    });
    const written = writeManifest(path, printManifest(parts, redact));
    toWrite.onManifest?.(written);
  };
  const writer = createArtifactWriter(project.root);
  writer.add(() => {
    // Only here: what writes no artifacts, such as a dry run, touches nothing.
    toWrite.keepParsed();
    return [
      ...compiledArtifacts(place, compiled),
      { path: `${project.targetPath}/manifest.json`, content: writeManifestTo },
    ];
  });
  /** What was thrown beside a run is thrown when it has ended in order. */
  let bugs: readonly unknown[] = [];
  return {
    writeBeside: () => {
      let timer: NodeJS.Timeout;
      const write = (): void => {
        try {
          writer.writeFor(besideRun.forMs);
          timer = setTimeout(write, besideRun.pauseMs);
        } catch (bug) {
          bugs = [bug];
        }
      };
      timer = setTimeout(write, besideRun.firstAfterMs);
      return () => clearTimeout(timer);
    },
    addResult: (result) => writer.add(() => runArtifacts(place, [result])),
    end: (results, args, exposures = []) => {
      if (bugs.length > 0) throw bugs[0];
      if (results !== null) {
        writer.add(() => [
          jsonArtifact(
            place,
            'run_results.json',
            toRunResults({
              results,
              exposures,
              invocation: describe(),
              args: { which: invocation.command, target: project.target.name, ...args },
              renderRelation,
              root: project.root,
            }),
          ),
        ]);
      }
      return writer.end();
    },
  };
}

/** Writes the artifacts of a command that runs nothing. Codes: `write-failed`, `disk-full`. */
export function writeResults(
  invocation: Invocation,
  toWrite: ProjectToWrite,
): readonly Diagnostic[] {
  return openResults(invocation, toWrite).end(null, {});
}
