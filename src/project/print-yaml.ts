import type { JsonValue } from '../core/node.js';
import { isMapping } from '../core/is-mapping.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';
import { childOf, type YamlNode } from './yaml-tree.js';

/** Returns a value with the nodes in it that are of one of the kinds as Python prints them. */
function printKinds(node: YamlNode, value: JsonValue, kinds: readonly string[]): JsonValue {
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    return items.map((item, index) => printChild(node, index, item, kinds));
  }
  if (isMapping(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, printChild(node, key, item, kinds)]),
    );
  }
  return node.yaml11 !== undefined && kinds.includes(node.yaml11) ? (node.printed ?? value) : value;
}

function printChild(
  node: YamlNode,
  key: string | number,
  value: JsonValue,
  kinds: readonly string[],
): JsonValue {
  const child = childOf(node, key)?.node;
  return child === undefined ? value : printKinds(child, value, kinds);
}

function print<Value extends JsonValue>(
  document: YamlDocument,
  value: Value,
  path: ValuePath,
  kinds: readonly string[],
): Value {
  const node = document.nodeAt(path);
  const isThere = document.ambiguities.some(({ yaml11 }) => kinds.includes(yaml11));
  return node === undefined || !isThere ? value : (printKinds(node, value, kinds) as Value);
}

/**
 * Returns what stands at a path with unquoted times as templates print them: Python writes `2024-01-01 10:00:00`, where
 * dbt's artifacts say `2024-01-01T10:00:00`.
 */
export function printTimes<Value extends JsonValue>(
  document: YamlDocument,
  value: Value,
  path: ValuePath = [],
): Value {
  return print(document, value, path, ['a point in time']);
}

/** Returns the arguments of `accepted_values` as their texts in SQL: numbers as well. */
export function printTexts<Value extends JsonValue>(
  document: YamlDocument,
  value: Value,
  path: ValuePath,
): Value {
  return print(document, value, path, ['a point in time', 'a decimal number']);
}

/** Returns the entry of a unit test at a path with the numbers of its rows as dbt writes them to SQL: `1.0`. */
export function printRowNumbers(
  document: YamlDocument,
  raw: Readonly<Record<string, JsonValue>>,
  path: ValuePath,
): Readonly<Record<string, JsonValue>> {
  const inRows = Object.fromEntries(
    ['given', 'expect']
      .filter((key) => raw[key] !== undefined)
      .map((key) => [key, print(document, raw[key] ?? null, [...path, key], ['a decimal number'])]),
  );
  return { ...raw, ...inRows };
}
