import type { Diagnostic } from '../core/diagnostic.js';
import { hookTitle, readNodeHooks } from '../core/hook.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { BuiltNode } from '../core/node.js';
import { viewNode } from '../core/node-view.js';
import type { ParseOptions } from './parse-options.js';

/**
 * Returns a node with the refs, sources, macros and variables of its hooks among its own, as in dbt: what a hook reads must
 * be built before. Nothing is executed: what a hook asks of the warehouse is looked at when its node is compiled. Diagnostics:
 * those of the template engine, which name the hook.
 */
export function captureHooks<Node extends BuiltNode>(
  node: Node,
  { engine, context }: ParseOptions,
): { readonly node: Node; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  let captured = node;
  for (const time of ['pre-hook', 'post-hook'] as const) {
    const location = locateConfigKey(node, time.replace('-', '_'));
    readNodeHooks(node.config.extra[time]).forEach(({ sql }, index) => {
      const title = hookTitle({ time, position: index + 1 });
      const result = engine.capture({ path: node.path, content: sql }, context, {
        model: viewNode(node),
      });
      diagnostics.push(
        ...result.diagnostics.map((each) => ({
          ...each,
          message: `${title} of ${node.resourceType} '${node.name}': ${each.message}`,
          location,
        })),
      );
      if (!result.ok) return;
      const { refs, sources, macros, directMacros = macros, vars } = result.value;
      // A hook speaks of its own node as `this`; by name it would be a circle.
      const others = refs.filter(({ name }) => name !== node.name);
      captured = {
        ...captured,
        refs: [...captured.refs, ...others.map((call) => ({ ...call, location }))],
        sources: [...captured.sources, ...sources.map((call) => ({ ...call, location }))],
        macros: [...new Set([...captured.macros, ...macros])],
        directMacros: [
          ...new Set([...(captured.directMacros ?? captured.macros), ...directMacros]),
        ],
        vars: [...new Set([...captured.vars, ...vars])],
      };
    });
  }
  return { node: captured, diagnostics };
}
