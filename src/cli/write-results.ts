import type { CompiledNode } from '../core/compiled-node.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Relation } from '../core/relation.js';
import type { RunResults } from '../core/run-results.js';
import { writeManifest, type WrittenManifest } from '../report/artifacts/manifest-file.js';
import { printManifest } from '../report/artifacts/manifest-text.js';
import { toManifestParts } from '../report/artifacts/to-manifest.js';
import { toRunResults } from '../report/artifacts/to-run-results.js';
import { writeArtifacts } from '../report/artifacts/write-artifacts.js';
import type { Invocation } from './invocation.js';
import type { ProjectGraph } from './load-project-graph.js';

/** What an invocation leaves in the target folder. */
export interface ResultsToWrite extends ProjectGraph {
  readonly compiled: readonly CompiledNode[];
  /** `null` for commands that run nothing. */
  readonly results: RunResults | null;
  readonly renderRelation: (relation: Relation) => string;
  /** The command's own flags, under dbt's names. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Hears of the manifest, if it could be written. */
  readonly onManifest?: (written: WrittenManifest) => void;
}

/** Writes the artifacts of an invocation. Codes: `write-failed`, `disk-full`. */
export function writeResults(
  invocation: Invocation,
  toWrite: ResultsToWrite,
): readonly Diagnostic[] {
  const { project, parsed, graph, compiled, results, renderRelation, args } = toWrite;
  // Only here: what writes no artifacts, such as a dry run, touches nothing.
  toWrite.keepParsed();
  const metadata = {
    invocationId: invocation.id,
    startedAt: invocation.startedAt,
    generatedAt: new Date().toISOString(),
  };
  const { redact } = invocation.out;
  return writeArtifacts({
    project,
    manifest: undefined,
    writeManifest: (path) => {
      const parts = toManifestParts({
        project,
        graph,
        macros: parsed.macros,
        disabled: parsed.disabled,
        ...(parsed.docs && { docs: parsed.docs }),
        ...(parsed.groups && { groups: parsed.groups }),
        compiled: new Map(compiled.map((each) => [each.node.uniqueId, each])),
        renderRelation,
        invocation: metadata,
      });
      const written = writeManifest(path, printManifest(parts, redact));
      toWrite.onManifest?.(written);
    },
    runResults:
      results &&
      toRunResults({
        results,
        invocation: metadata,
        args: {
          which: invocation.command,
          target: project.target.name,
          ...args,
        },
        renderRelation,
        root: project.root,
      }),
    compiled,
    results: results?.results ?? [],
    redact,
  });
}
