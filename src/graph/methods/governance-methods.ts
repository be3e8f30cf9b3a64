import { ownGroup } from '../../core/node-group.js';
import { compareVersions, isLatestVersion } from '../../core/versioned-name.js';
import { globToRegExp } from '../glob.js';
import { oneOf, refuseArguments, type SelectorMethodDefinition } from './method-definition.js';

/** `group:finance`: the models and seeds of a group, with their tests. */
export const groupMethod: SelectorMethodDefinition = {
  complain: refuseArguments('group'),
  matcher(value) {
    const pattern = globToRegExp(value);
    return ({ node }) => {
      const group = ownGroup(node);
      return group !== null && pattern.test(group);
    };
  },
  suggestions(node) {
    const group = ownGroup(node);
    return group === null ? [] : [group];
  },
};

/** `exposure:dash`, also with the package before it. */
export const exposureMethod: SelectorMethodDefinition = {
  complain: refuseArguments('exposure'),
  matcher(value) {
    const pattern = globToRegExp(value);
    return ({ node }) =>
      node.resourceType === 'exposure' &&
      (pattern.test(node.name) || pattern.test(`${node.packageName}.${node.name}`));
  },
  suggestions: (node) => (node.resourceType === 'exposure' ? [node.name] : []),
};

/** `version:latest`: models by how their version stands to the latest one. */
export const versionMethod: SelectorMethodDefinition = {
  complain: oneOf('version', ['latest', 'prerelease', 'old', 'none']),
  matcher:
    (value) =>
    ({ node }) => {
      if (node.resourceType !== 'model') return false;
      const { version } = node;
      if (version === undefined) return value === 'none';
      if (isLatestVersion(version)) return value === 'latest';
      const order = compareVersions(version.v, version.latest);
      return value === (order > 0 ? 'prerelease' : 'old');
    },
  suggestions: () => [],
};

/** `unit_test:keeps_amounts`, also with the package before it. */
export const unitTestMethod: SelectorMethodDefinition = {
  complain: refuseArguments('unit_test'),
  matcher(value) {
    const pattern = globToRegExp(value);
    return ({ node }) =>
      node.resourceType === 'test' &&
      node.unit !== undefined &&
      (pattern.test(node.name) || pattern.test(`${node.packageName}.${node.name}`));
  },
  suggestions: (node) =>
    node.resourceType === 'test' && node.unit !== undefined ? [node.name] : [],
};
