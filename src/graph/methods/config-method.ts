import { isMapping } from '../../core/is-mapping.js';
import type { ListedNode } from '../../core/listed-node.js';
import type { JsonValue } from '../../core/node.js';
import { silentBuilt, silentContract, silentDocs, silentTest } from '../../core/silent-config.js';
import type { NodeMatcher, SelectorMethodDefinition } from './method-definition.js';

/**
 * `config.materialized:table`, `config.meta.owner:ann`. What nobody said has dbt's default: `config.contract.enforced:false`
 * finds what has no contract.
 */
export const configMethod: SelectorMethodDefinition = {
  complain(value, methodArguments) {
    if (methodArguments.length > 0 && !methodArguments.includes('')) return undefined;
    return {
      message: 'expected a configuration key',
      hint: `write config.<key>:${value}, for example config.materialized:table`,
    };
  },
  matcher: matchConfig,
  suggestions: () => [],
};

/** Compares with the resolved configuration; a list matches by any of its values. */
function matchConfig(value: string, keys: readonly string[]): NodeMatcher {
  const wanted = keys.join('.') === 'severity' ? value.toLowerCase() : value;
  return ({ node }) => {
    let found: JsonValue | undefined = configOf(node);
    for (const key of keys) {
      found = isMapping(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    const values = Array.isArray(found) ? (found as readonly JsonValue[]) : [found];
    return values.some((each) => equalsText(each, wanted));
  };
}

type Values = Readonly<Record<string, JsonValue>>;

/** Returns a mapping with the defaults of what it does not say. */
function withDefaults(value: JsonValue | undefined, defaults: Values): Values {
  return { ...defaults, ...(isMapping(value) && value) };
}

function configOf(node: ListedNode): Values {
  switch (node.resourceType) {
    case 'source':
      return { enabled: true, tags: node.tags, meta: node.details?.meta ?? {} };
    case 'exposure':
      // As in dbt, whose method `config` does not look at exposures.
      return {};
    case 'test':
      // As in dbt, a unit test has no severity.
      return node.unit === undefined
        ? { ...silentTest, ...node.config.extra, ...node.config, severity: node.severity }
        : { ...node.config.extra, ...node.config };
    default: {
      const { docs, contract } = node.config.extra;
      return {
        ...silentBuilt,
        ...(node.resourceType === 'model' && { access: 'protected' }),
        ...node.config.extra,
        ...node.config,
        docs: withDefaults(docs, silentDocs),
        contract: withDefaults(contract, silentContract),
      };
    }
  }
}

function equalsText(value: JsonValue | undefined, text: string): boolean {
  if (typeof value === 'boolean') return String(value) === text.toLowerCase();
  return (typeof value === 'string' || typeof value === 'number') && String(value) === text;
}
