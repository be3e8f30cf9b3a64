import type { ConfigEntries, ValidatedConfig } from '../core/node-config.js';
import type { DocBlock } from '../core/governance.js';
import type { DocTable } from './parse-docs.js';
import type { SqlType } from '../core/sql-type.js';
import type { TemplateContext, TemplateEngine } from '../core/template.js';

/** The resources whose configuration is validated. */
export type ConfiguredResource =
  'model' | 'test' | 'seed' | 'snapshot' | 'source' | 'exposure' | 'unit_test';

/** A path into configuration entries; it starts with an entry's key. */
export type EntryPath = readonly (string | number)[];

/** Validates the configuration entries of one place: the settings of a folder, a YAML entry, a file's `config()`. */
export type ValidateConfig = (
  entries: ConfigEntries,
  options: {
    readonly resource: ConfiguredResource;
    /** Which texts may stand for the boolean or number that is expected: those that a template rendered. */
    readonly convertible?: (path: EntryPath) => boolean;
    /** Which values must not be shown in messages: what a template rendered may be a secret. */
    readonly hidden?: (path: EntryPath) => boolean;
  },
) => ValidatedConfig;

/** What parsing needs from other rooms. */
export interface ParseOptions {
  readonly engine: TemplateEngine;
  readonly context: TemplateContext;
  readonly validateConfig: ValidateConfig;
  /** Whether the project is in dbt's form, where entries that describe nothing are no more than a warning. */
  readonly isDbtForm?: boolean;
  /** The prefixes of the macros that a dispatch finds, in their order. */
  readonly macroPrefixes?: readonly string[];
  /** Whether data tests keep the rows that fail where nothing is said of it. */
  readonly storeFailures?: boolean;
  /** The blocks of text that descriptions take up; found by `parseProject` itself. */
  readonly docs?: DocTable;
  /** The blocks of the other packages. */
  readonly otherDocs?: readonly DocBlock[];
  /**
   * The project's SQL is that of its target: returns the type that a declaration means there, `any` for one that Athena does
   * not have.
   */
  readonly readNativeType?: (declared: string) => SqlType;
  /** Returns the sha256 of a text, hex. */
  readonly hash: (text: string) => string;
  /** Returns the md5 of a text, hex: what dbt's names and ids of tests end in. */
  readonly md5: (text: string) => string;
}
