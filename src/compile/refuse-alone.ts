import type { CompiledNode } from '../core/compiled-node.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { SqlNode } from '../core/node.js';
import { success } from '../core/result.js';
import type { Outcome, Surroundings } from './surroundings.js';

/** What dbt finds wrong with a template when it compiles the node, and not before. */
export const ofOneNode: ReadonlySet<string> = new Set([
  'template-unsupported',
  'template-error',
  'template-undefined',
]);

/**
 * Returns the outcome of a node whose template asks for what is never done, such as rows of the warehouse, or ends with a
 * mistake, where its project is in the engine's own SQL: in dbt only this node fails when it is built, and what reads it is
 * skipped. So does what an ephemeral model of that kind is part of. Any other outcome is as it was.
 */
export function refuseAlone(
  node: SqlNode,
  outcome: Outcome,
  { options, outcomeOf }: Surroundings,
): Outcome {
  const { result, cteIds } = outcome;
  if (result.ok || options.dialect.native === undefined) return outcome;
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  const refused = errors.every(({ code }) => ofOneNode.has(code))
    ? (errors[0] ?? refusedBelow(cteIds.map(outcomeOf)))
    : undefined;
  if (refused === undefined) return outcome;
  const diagnostics = result.diagnostics.filter((each) => !errors.includes(each));
  const sql = { compiledSql: '', engineSql: '', toSource: () => undefined };
  const compiled: CompiledNode = { node, ...sql, refused, diagnostics };
  return { result: success(compiled, diagnostics), ownSql: null, cteIds };
}

function refusedBelow(parts: readonly (Outcome | undefined)[]): Diagnostic | undefined {
  for (const part of parts) {
    const refused = part?.result.ok === true ? part.result.value.refused : undefined;
    if (refused !== undefined) return refused;
  }
  return undefined;
}
