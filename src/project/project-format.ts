import type { z } from 'zod';
import type { ConfigIssue } from '../core/config-issue.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { Result } from '../core/result.js';
import type { ValidatedTarget } from './validate-target.js';
import type { YamlVersion } from './convert-yaml.js';
import type { YamlDocument } from './yaml-document.js';

/** What tells the files that make a folder a project apart: our own, dbt's, and that of a package. */
export interface ProjectFormat {
  readonly fileName: string;
  /** How its YAML files are read: 1.2 where nothing is said. */
  readonly yamlVersion?: YamlVersion;
  /** What the file may hold; folders and targets have their own readers. */
  readonly schema: z.ZodType;
  /** As in dbt, configuration by folder stands under the name of a package, and nowhere else. */
  readonly foldersByPackage: boolean;
  /** What commands write may lie beside the project: `target-path: ../docs`. */
  readonly targetMayLeave?: boolean;
  /** Folders that may be named and not be there. */
  readonly mayLack?: readonly string[];
  /** Returns the file without the keys that have no effect, and what is to be said of those. */
  prune?(root: ConfigEntries): {
    readonly root: ConfigEntries;
    readonly issues: readonly ConfigIssue[];
    /** Keys that nothing is done with, whatever stands there. */
    readonly idle: readonly string[];
  };
  /** Returns the target to use, `null` where none is wanted. */
  readTarget(
    document: YamlDocument,
    root: ConfigEntries,
    declaredVars: ConfigEntries,
  ): Result<ValidatedTarget | null>;
}
