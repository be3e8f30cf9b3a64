import { didYouMean } from '../../core/suggest.js';
import {
  oneOf,
  refuseArguments,
  type Change,
  type Complaint,
  type SelectorMethodDefinition,
  type SelectorSurroundings,
} from './method-definition.js';

/** dbt's parts of `state:modified`. */
const modifiedParts: readonly Change[] = [
  'body',
  'configs',
  'relation',
  'persisted_descriptions',
  'macros',
  'contract',
];

const stateValues: readonly string[] = [
  'new',
  'old',
  'modified',
  'unmodified',
  ...modifiedParts.map((part) => `modified.${part}`),
];

function needState(
  method: string,
  { state }: SelectorSurroundings,
  file: string,
): Complaint | undefined {
  if (state !== undefined) return undefined;
  return {
    message: `the selector method '${method}' compares with another state, and none was given`,
    hint: `name a folder with an earlier ${file}: --state <folder>`,
  };
}

/** `state:modified` and its kin, by comparison with the manifest of `--state`. */
export const stateMethod: SelectorMethodDefinition = {
  complain: (value, methodArguments, surroundings) =>
    oneOf('state', stateValues)(value, methodArguments, surroundings) ??
    needState('state', surroundings, 'manifest.json'),
  matcher(value, _, { changesOf }) {
    const [, part] = value.split('.');
    return ({ node }) => {
      const changes = changesOf(node.uniqueId);
      const isNew = changes.has('new');
      switch (value) {
        case 'new':
          return isNew;
        case 'old':
          return !isNew;
        case 'unmodified':
          return changes.size === 0;
        case 'modified':
          return changes.size > 0;
        default:
          // As in dbt, all parts of a new node are modified.
          return isNew || modifiedParts.some((each) => each === part && changes.has(each));
      }
    };
  },
  suggestions: () => [],
};

/** dbt's statuses of `run_results.json`. */
export const resultStatuses: readonly string[] = [
  'success',
  'error',
  'skipped',
  'pass',
  'fail',
  'warn',
  'partial success',
  'no-op',
  'runtime error',
];

/** `result:error`: how a node ended in the run whose `run_results.json` lies in the folder of `--state`. */
export const resultMethod: SelectorMethodDefinition = {
  complain(value, methodArguments, surroundings) {
    const complaint =
      oneOf('result', resultStatuses)(value, methodArguments, surroundings) ??
      needState('result', surroundings, 'run_results.json');
    if (complaint !== undefined || surroundings.state?.results !== null) return complaint;
    return {
      message: `'${surroundings.state.folder}' holds no run_results.json, which 'result' reads`,
      hint: 'name the folder in which a run, build or test left one',
    };
  },
  matcher:
    (value, _, { state }) =>
    ({ node }) =>
      state?.results?.get(node.uniqueId) === value,
  suggestions: () => [],
};

/** `source_status:fresher+`: sources with newer rows than in the state of `--state`, or that it did not have. */
export const sourceStatusMethod: SelectorMethodDefinition = {
  complain(value, methodArguments, surroundings) {
    const complaint =
      oneOf('source_status', ['fresher'])(value, methodArguments, surroundings) ??
      needState('source_status', surroundings, 'sources.json');
    if (complaint !== undefined) return complaint;
    if (surroundings.state?.loadedAt == null) {
      return {
        message: `'${surroundings.state?.folder ?? ''}' holds no sources.json, which 'source_status' compares with`,
        hint: 'name a folder in which `stedi-sql source freshness` left one, beside the manifest.json of that time',
      };
    }
    if (surroundings.loadedAt !== null) return undefined;
    return {
      message: "the selector method 'source_status' needs to know how old the sources are now",
      hint: 'run `stedi-sql source freshness` first, which writes target/sources.json',
    };
  },
  matcher:
    (_, __, { state, loadedAt }) =>
    ({ node }) => {
      const now = node.resourceType === 'source' ? loadedAt?.get(node.uniqueId) : undefined;
      if (now === undefined) return false;
      const then = state?.loadedAt?.get(node.uniqueId);
      // Both are ISO 8601 in UTC to the millisecond, so their order is that of their letters.
      return then === undefined || now > then;
    },
  suggestions: () => [],
};

/** `selector:name`: a selector of `selectors.yml`. What it selects is found by `selectNodes`. */
export const selectorMethod: SelectorMethodDefinition = {
  complain(value, methodArguments, surroundings) {
    const names = surroundings.selectors.map(({ name }) => name);
    if (names.includes(value)) {
      return refuseArguments('selector')(value, methodArguments, surroundings);
    }
    return {
      message: `there is no selector '${value}'`,
      hint:
        names.length === 0
          ? 'selectors are defined in selectors.yml beside the project file, which is not there'
          : didYouMean(value, names, `the selectors are ${names.join(', ')}`),
    };
  },
  matcher: () => () => false,
  suggestions: () => [],
};
