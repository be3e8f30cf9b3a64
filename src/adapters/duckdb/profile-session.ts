import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue } from '../../core/node.js';
import type { TargetIssue } from '../../core/target-type.js';
import { includedExtensions } from './included-extensions.js';

/** A database beside the warehouse, as `ATTACH` names it. */
export interface Attachment {
  readonly path: string;
  readonly alias?: string;
  /** Words and values between the parentheses: `TYPE sqlite`, `READ_ONLY`. */
  readonly options: readonly string[];
}

/** An extension that does not come with the engine, and the repository that has it, if that is not DuckDB's own. */
export interface Extension {
  readonly name: string;
  readonly repository?: string;
}

/** What a profile of dbt's says of connections, besides where the warehouse lies. */
export interface ProfileSession {
  readonly attach: readonly Attachment[];
  readonly extensions: readonly Extension[];
  /** Set in every connection. */
  readonly settings: Readonly<Record<string, string>>;
  /** Given to the engine when it opens the warehouse. */
  readonly configOptions: Readonly<Record<string, string>>;
}

/** The keys of an output that `readProfileSession` reads. */
export const sessionKeys: readonly string[] = [
  'attach',
  'config_options',
  'extensions',
  'settings',
];

type Output = Readonly<Record<string, JsonValue>>;

const isName = (name: JsonValue | undefined): name is string =>
  typeof name === 'string' && /^\w+$/u.test(name);

function readTexts(output: Output, key: string, issues: TargetIssue[]): Record<string, string> {
  const raw = output[key] ?? {};
  if (!isMapping(raw)) {
    const message = `'${key}' must be a mapping of settings to their values`;
    issues.push({ path: [key], kind: 'invalid-value', message });
    return {};
  }
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    const isPlain = typeof value !== 'object' || value === null;
    if (/^\w+$/u.test(name) && isPlain) {
      texts[name] = String(value);
    } else {
      const message = `'${name}' must be the name of a setting, and its value a text, a number or a boolean`;
      issues.push({ path: [key, name], kind: 'invalid-value', message });
    }
  }
  return texts;
}

function readList(output: Output, key: string, issues: TargetIssue[]): readonly JsonValue[] {
  const raw = output[key] ?? [];
  if (Array.isArray(raw)) return raw as readonly JsonValue[];
  issues.push({ path: [key], kind: 'invalid-value', message: `'${key}' must be a list` });
  return [];
}

/** One word of an `ATTACH`, as dbt-duckdb writes it: booleans stand alone, texts in quotes. */
function writeOption(name: string, value: JsonValue): readonly string[] {
  const word = name.toUpperCase();
  if (value === null || value === false) return [];
  if (value === true) return [word];
  if (typeof value !== 'string') return [`${word} ${JSON.stringify(value)}`];
  const bare = value.trim().replace(/^(['"])(.*)\1$/su, '$2');
  return [`${word} '${bare.replaceAll("'", "''")}'`];
}

function readAttachment(raw: JsonValue): Attachment | string {
  if (!isMapping(raw) || typeof raw['path'] !== 'string' || raw['path'].trim() === '') {
    return "each database of 'attach' is a mapping with a 'path'";
  }
  const { path, alias, type, secret, read_only: readOnly, options } = raw;
  if (alias != null && !isName(alias)) return "'alias' must be a name";
  if (options != null && !isMapping(options)) return "'options' must be a mapping";
  const named = { ...(options as Output | null | undefined) };
  if (type != null) named['type'] = type;
  if (secret != null) named['secret'] = secret;
  if (readOnly != null) named['read_only'] = readOnly;
  const wrong = Object.keys(named).find((name): boolean => !isName(name));
  if (wrong !== undefined) return `'${wrong}' is no option of ATTACH`;
  return {
    path,
    ...(isName(alias) && { alias }),
    options: Object.entries(named).flatMap(([name, value]) => writeOption(name, value)),
  };
}

/** Returns an extension that must be loaded; `undefined` for one that is there, and a text for what is wrong. */
function readExtension(raw: JsonValue): Extension | string | undefined {
  const name = isMapping(raw) ? raw['name'] : raw;
  const repository = isMapping(raw) ? raw['repo'] : undefined;
  if (!isName(name)) return "each of 'extensions' is a name, or a mapping with 'name' and 'repo'";
  if (includedExtensions.includes(name)) return undefined;
  return { name, ...(typeof repository === 'string' && { repository }) };
}

/**
 * Returns what an output of dbt-duckdb's says of databases beside the warehouse, extensions and settings. Issue paths are
 * relative to the output. Source: `Attachment`, `Extension` and `DuckDBCredentials` of dbt-duckdb 1.10.
 */
export function readProfileSession(output: Output): {
  readonly session: ProfileSession;
  readonly issues: readonly TargetIssue[];
} {
  const issues: TargetIssue[] = [];
  const attach: Attachment[] = [];
  const extensions: Extension[] = [];
  const report = (key: string, index: number, message: string): void => {
    issues.push({ path: [key, index], kind: 'invalid-value', message });
  };
  readList(output, 'attach', issues).forEach((raw, index) => {
    const read = readAttachment(raw);
    if (typeof read === 'string') report('attach', index, read);
    else attach.push(read);
  });
  readList(output, 'extensions', issues).forEach((raw, index) => {
    const read = readExtension(raw);
    if (typeof read === 'string') report('extensions', index, read);
    else if (read) extensions.push(read);
  });
  const settings = readTexts(output, 'settings', issues);
  const configOptions = readTexts(output, 'config_options', issues);
  return { session: { attach, extensions, settings, configOptions }, issues };
}
