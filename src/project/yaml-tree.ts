import type { JsonValue } from '../core/node.js';

/** A range of UTF-16 code units in the YAML text. */
export interface YamlSpan {
  readonly start: number;
  readonly end: number;
}

/** One entry of a mapping. */
export interface YamlEntry {
  readonly keySpan: YamlSpan;
  readonly node: YamlNode;
}

/** A value of a YAML file and where it stands. Far smaller than the library's own tree, so that it can be kept. */
export interface YamlNode {
  readonly span: YamlSpan;
  readonly value: JsonValue;
  readonly children: ReadonlyMap<string, YamlEntry> | readonly YamlNode[] | null;
  /** How many values the node holds, aliases counted as often as they are used. */
  readonly size: number;
  /** For a plain scalar that YAML 1.1 reads differently: how. */
  readonly yaml11?: string;
  /** What Python prints of a value that plain data does not hold as it is: `1.0`. Only where YAML 1.1 is read. */
  readonly printed?: string;
}

function isList(children: YamlNode['children']): children is readonly YamlNode[] {
  return Array.isArray(children);
}

/** Returns the child under a key or index, if there is one. */
export function childOf(node: YamlNode, key: string | number): YamlEntry | undefined {
  if (node.children === null) return undefined;
  if (isList(node.children)) {
    const child = typeof key === 'number' ? node.children[key] : undefined;
    return child && { keySpan: child.span, node: child };
  }
  return node.children.get(String(key));
}
