import type { Diagnostic } from './diagnostic.js';
import type { LandingStore, SourceStore } from './landing-store.js';
import type { JsonValue, BuiltNode } from './node.js';
import type { Relation } from './relation.js';
import type { Result } from './result.js';

/** What an engine's operations need to know of a project. */
export interface OperatedProject {
  readonly name: string;
  readonly models: readonly BuiltNode[];
  /** The tables of its sources, which it only reads. */
  readonly sources: readonly Relation[];
  /** The tables that its data tests keep failing rows in. */
  readonly failures?: readonly Relation[];
}

/** One thing that `debug` looked at. */
export interface Check {
  /** What: `workgroup`. */
  readonly subject: string;
  /** What was found, in a few words; also what was expected, if there are errors among `diagnostics`. */
  readonly finding: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `iam-policy` is asked for. */
export interface PolicyRequest {
  readonly project: OperatedProject;
  /** The policy shall also allow `land`. */
  readonly land: boolean;
  /** The policy shall also allow `gc`, which reads what all tables of the account refer to. */
  readonly gc: boolean;
  /** Ask the engine for what the target does not say; without it, nothing is called and placeholders stand there. */
  readonly lookUp: boolean;
}

/** A policy, and what a person should know who uses it. */
export interface WrittenPolicy {
  /** The document, to be printed as JSON. */
  readonly policy: JsonValue;
  /** Where it allows more, or less, than one would think; one sentence each. */
  readonly notes: readonly string[];
}

/** What `gc` is asked for. */
export interface GarbageRequest {
  readonly projectName: string;
  /** Younger things are left alone, and those that were in use until lately: a run, or a reader, may still need them. */
  readonly graceMs: number;
  /** Remove what is found; without it, it is only listed. */
  readonly apply: boolean;
  readonly signal: AbortSignal;
}

/** Something that no table points to. */
export interface GarbageItem {
  /** A name or an address: `db.table`, `s3://bucket/prefix/`. */
  readonly place: string;
  /** Why it is there. */
  readonly reason: string;
  /** Files and their size, of a prefix. */
  readonly files?: number;
  readonly bytes?: number;
}

/** What `gc` found. */
export interface Garbage {
  readonly items: readonly GarbageItem[];
  /** How many were left alone: younger than the grace time, or not known to have been unused for as long. */
  readonly young: number;
}

/**
 * What commands other than those that run nodes can do with an engine that is not on this machine. Made for one target;
 * no function throws, unless it says so.
 */
export interface Operations {
  /** Where inputs of `land` and `crawl` may come from. */
  readonly sources: SourceStore;
  /** Returns where the files of a landing model go. Codes: `land-target-invalid`, `land-folders-overlap`. */
  openLandingStore(landing: {
    readonly project: string;
    readonly model: string;
    readonly location: string;
  }): Result<LandingStore>;
  /** Looks at everything that a build needs, one thing after the other; changes nothing that stays. */
  diagnose(project: OperatedProject, signal: AbortSignal): AsyncIterable<Check>;
  /** Returns the policy document with the rights that the project needs, and no others. */
  writePolicy(request: PolicyRequest): Promise<Result<WrittenPolicy>>;
  /** Returns what earlier runs left behind; with `apply`, what was removed. */
  collectGarbage(request: GarbageRequest): Promise<Result<Garbage>>;
  close(): Promise<void>;
}
