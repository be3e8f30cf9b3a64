import type { ConfigIssue } from '../core/config-issue.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import {
  indirectSelections,
  selectorMethodNames,
  type NamedSelector,
  type Reach,
  type SelectorRule,
} from '../core/selector-definition.js';
import { didYouMean } from '../core/suggest.js';
import { describeValue } from './describe-value.js';
import { checkTemplates } from './find-templates.js';
import { isMapping } from '../core/is-mapping.js';
import { toItems } from './read-config-entries.js';
import { issuesBelow, reportIssues, sortByPlace } from './report-issues.js';
import { anyValue } from './schema-notes.js';
import { createSelectorsSchema, methodRuleSchema } from './selectors-schema.js';
import { validateValue } from './validate-value.js';
import { warnAmbiguous } from './warn-ambiguous.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** Definitions nest, and have their own reader. */
const structureSchema = createSelectorsSchema({ definition: anyValue });

/** What reading a definition works on, and what it has found to say. */
interface Reading {
  readonly document: YamlDocument;
  readonly issues: ConfigIssue[];
}

/**
 * Returns the selectors of `selectors.yml`, as far as they can be read. Source of the form:
 * https://docs.getdbt.com/reference/node-selection/yaml-selectors. Diagnostics: `config-*`, `template-unsupported`,
 * `yaml-ambiguous`.
 */
export function readSelectors(document: YamlDocument): {
  readonly selectors: readonly NamedSelector[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { value } = document;
  const issues: ConfigIssue[] = [...validateValue(structureSchema, value ?? {})];
  const reading = { document, issues };
  const entries = toItems(isMapping(value) ? value['selectors'] : undefined);
  const selectors = entries.flatMap((entry, index): NamedSelector[] => {
    if (!isMapping(entry)) return [];
    const { name, description, definition, default: isDefault } = entry;
    const path: ValuePath = ['selectors', index];
    const rule = readDefinition(definition ?? null, [...path, 'definition'], reading);
    if (rule === undefined || typeof name !== 'string') return [];
    return [
      {
        name,
        description: typeof description === 'string' ? description : '',
        isDefault: isDefault === true,
        rule,
        entry,
        location: document.locate([...path, 'name']),
      },
    ];
  });
  issues.push(...findDuplicates(selectors, entries));
  const errors = [
    ...reportIssues(document, issues),
    ...checkTemplates(document, (path) => (path.at(-1) === 'description' ? 'text' : 'refused')),
  ];
  const ambiguous = warnAmbiguous(document, { except: [], others: errors });
  return { selectors, diagnostics: sortByPlace([...errors, ...ambiguous]) };
}

function findDuplicates(
  selectors: readonly NamedSelector[],
  entries: readonly JsonValue[],
): readonly ConfigIssue[] {
  const names = entries.map((entry) => (isMapping(entry) ? entry['name'] : undefined));
  const again = names.flatMap((name, index): ConfigIssue[] => {
    if (typeof name !== 'string' || names.indexOf(name) === index) return [];
    const message = `the selector '${name}' is defined twice`;
    return [
      { path: ['selectors', index, 'name'], kind: 'conflict', message, hint: 'rename one of them' },
    ];
  });
  const defaults = selectors.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  if (defaults.length < 2) return again;
  const message = `only one selector can be the default, found ${defaults.join(', ')}`;
  const index = names.lastIndexOf(defaults.at(-1) ?? '');
  return [
    ...again,
    {
      path: ['selectors', index, 'default'],
      kind: 'conflict',
      message,
      hint: "remove 'default' from the others",
    },
  ];
}

function readDefinition(
  definition: JsonValue,
  path: ValuePath,
  reading: Reading,
): SelectorRule | undefined {
  const location = reading.document.locate(path);
  if (typeof definition === 'string') return { kind: 'text', text: definition, location };
  if (!isMapping(definition)) {
    refuse(
      {
        path,
        kind: 'invalid-value',
        message: `a definition must be a selector or a mapping, found ${describeValue(definition)}`,
        hint: 'write a selector in quotes, or `method:` and `value:`, or `union:` with a list',
      },
      reading,
    );
    return;
  }
  for (const kind of ['union', 'intersection'] as const) {
    if (Object.hasOwn(definition, kind)) return readGroup(definition, kind, path, reading);
  }
  const [only, ...others] = Object.entries(definition);
  if (only !== undefined && others.length === 0 && !['method', 'value'].includes(only[0])) {
    return readShorthand(only, path, reading);
  }
  return readMethod(definition, path, reading);
}

/** Reads a union or intersection; an `exclude` among its parts is taken out of all of them. */
function readGroup(
  definition: Readonly<Record<string, JsonValue>>,
  kind: 'union' | 'intersection',
  path: ValuePath,
  reading: Reading,
): SelectorRule | undefined {
  const others = Object.keys(definition).filter((key) => key !== kind);
  for (const key of others) {
    const message = `'${key}' cannot stand beside '${kind}'`;
    refuse(
      { path: [...path, key], kind: 'conflict', message, hint: groupHint(key, kind) },
      reading,
    );
  }
  const parts = readList(definition[kind], [...path, kind], reading);
  const included: SelectorRule[] = [];
  const excluded: SelectorRule[] = [];
  let excludes = 0;
  for (const part of parts) {
    if (!isMapping(part.value) || !Object.hasOwn(part.value, 'exclude') || 'method' in part.value) {
      const rule = readDefinition(part.value, part.path, reading);
      if (rule !== undefined) included.push(rule);
      continue;
    }
    excludes += 1;
    if (excludes > 1) {
      const message = `'exclude' stands twice in one ${kind}`;
      const hint = 'put all that is to be taken out into one list';
      refuse({ path: [...part.path, 'exclude'], kind: 'conflict', message, hint }, reading);
    }
    excluded.push(...readExclude(part.value['exclude'], [...part.path, 'exclude'], reading));
  }
  return without({ kind, of: included }, excluded);
}

function groupHint(key: string, kind: string): string {
  return key === 'exclude' ? `write it into the list of '${kind}'` : 'nest one in the other';
}

function readExclude(
  value: JsonValue | undefined,
  path: ValuePath,
  reading: Reading,
): readonly SelectorRule[] {
  return readList(value, path, reading).flatMap(
    (part) => readDefinition(part.value, part.path, reading) ?? [],
  );
}

function readList(
  value: JsonValue | undefined,
  path: ValuePath,
  reading: Reading,
): readonly { readonly value: JsonValue; readonly path: ValuePath }[] {
  if (!Array.isArray(value)) {
    const key = String(path.at(-1));
    const message = `'${key}' must be a list of definitions, found ${describeValue(value)}`;
    refuse({ path, kind: 'invalid-value', message }, reading);
  }
  return toItems(value).map((each, index) => ({ value: each, path: [...path, index] }));
}

/** `tag: nightly`. */
function readShorthand(
  [method, value]: readonly [string, JsonValue],
  path: ValuePath,
  reading: Reading,
): SelectorRule | undefined {
  if (!isMethod(method)) {
    const list = `the methods are ${selectorMethodNames.join(', ')}`;
    const hint = didYouMean(method, [...selectorMethodNames, 'union', 'intersection'], list);
    const message = `'${method}' is not a selector method`;
    refuse({ path: [...path, method], kind: 'unknown-key', message, hint: hint ?? list }, reading);
    return;
  }
  if (typeof value === 'object') {
    const message = `'${method}' must be a text, found ${describeValue(value)}`;
    refuse({ path: [...path, method], kind: 'invalid-value', message }, reading);
    return;
  }
  return {
    kind: 'method',
    method,
    value: textOf(value),
    parents: null,
    children: null,
    childrensParents: false,
    indirectSelection: null,
    location: reading.document.locate([...path, method]),
  };
}

function readMethod(
  definition: Readonly<Record<string, JsonValue>>,
  path: ValuePath,
  reading: Reading,
): SelectorRule | undefined {
  const { method, value, exclude } = definition;
  reading.issues.push(...issuesBelow(path, validateValue(methodRuleSchema, definition)));
  if (typeof method !== 'string' || value === undefined || typeof value === 'object') {
    return undefined;
  }
  if (!isMethod(method)) {
    const list = `the methods are ${selectorMethodNames.join(', ')}`;
    const message = `'${method}' is not a selector method`;
    const hint = didYouMean(method, selectorMethodNames, list) ?? list;
    refuse({ path: [...path, 'method'], kind: 'invalid-value', message, hint }, reading);
    return;
  }
  const rule: SelectorRule = {
    kind: 'method',
    method,
    value: textOf(value),
    parents: reach(definition, 'parents'),
    children: reach(definition, 'children'),
    childrensParents: definition['childrens_parents'] === true,
    indirectSelection:
      indirectSelections.find((each) => each === definition['indirect_selection']) ?? null,
    location: reading.document.locate([...path, 'value']),
  };
  const key = ['parents', 'children'].find(
    (each) => definition[`${each}_depth`] != null && definition[each] !== true,
  );
  if (key !== undefined) {
    const message = `'${key}_depth' says how far, but '${key}: true' is missing`;
    refuse(
      { path: [...path, `${key}_depth`], kind: 'conflict', message, hint: `add '${key}: true'` },
      reading,
    );
  }
  if (exclude == null) return rule;
  return without(rule, readExclude(exclude, [...path, 'exclude'], reading));
}

function isMethod(name: string): boolean {
  const [method = ''] = name.split('.');
  return selectorMethodNames.some((each) => each === method);
}

function textOf(value: string | number | boolean | null): string {
  return value === null ? '' : String(value);
}

function reach(
  definition: Readonly<Record<string, JsonValue>>,
  key: 'parents' | 'children',
): Reach | null {
  if (definition[key] !== true) return null;
  const depth = definition[`${key}_depth`];
  return { depth: typeof depth === 'number' ? depth : null };
}

function without(from: SelectorRule, excluded: readonly SelectorRule[]): SelectorRule {
  const [first] = excluded;
  if (first === undefined) return from;
  const remove = excluded.length === 1 ? first : ({ kind: 'union', of: excluded } as const);
  return { kind: 'difference', from, remove };
}

/** Notes what is wrong; there is no rule then. */
function refuse(issue: ConfigIssue, { issues }: Reading): undefined {
  issues.push(issue);
  return undefined;
}
