import type * as LF from '@aws-sdk/client-lakeformation';
import { accountId } from '../core/account.js';
import { ServiceError } from '../core/service.js';

/** Lake Formation Developer Guide, "Tag-based access control notes and restrictions". */
const longestName = 50;
const tagsPerResource = 50;

type Assigned = ReadonlyMap<string, string>;

/** LF-tags: which there are, and which value of each a database, a table or a column has. */
export interface LfTags {
  /** Throws `AlreadyExistsException`. */
  create(key: string, values: readonly string[]): void;
  /** Throws `EntityNotFoundException`. */
  update(key: string, added: readonly string[], removed: readonly string[]): void;
  delete(key: string): void;
  get(key: string): LF.LFTagPair;
  list(): readonly LF.LFTagPair[];
  /** Throws `EntityNotFoundException` for a tag or a value that is not there. */
  readonly assign: (resource: string, tag: LF.LFTagPair) => void;
  readonly unassign: (resource: string, tag: LF.LFTagPair) => void;
  assigned(resource: string): Assigned;
  /** Takes away the tags of every resource whose name begins so. */
  forget(prefix: string): void;
}

/** Returns LF-tags with none defined. Keys and values are kept in lower case, as Lake Formation keeps them. */
export function createLfTags(): LfTags {
  const defined = new Map<string, ReadonlySet<string>>();
  const assignments = new Map<string, Map<string, string>>();

  function find(key: string): ReadonlySet<string> {
    const values = defined.get(key.toLowerCase());
    if (values === undefined) {
      throw new ServiceError('EntityNotFoundException', 'Tag key does not exist');
    }
    return values;
  }

  function describe(key: string): LF.LFTagPair {
    return { CatalogId: accountId, TagKey: key.toLowerCase(), TagValues: [...find(key)] };
  }

  function valueOf(tag: LF.LFTagPair): string {
    if (tag.TagValues?.length !== 1) {
      throw new ServiceError('InvalidInputException', 'A resource has one value of an LF-tag.');
    }
    const [value = ''] = tag.TagValues.map((each) => each.toLowerCase());
    if (!find(tag.TagKey ?? '').has(value)) {
      throw new ServiceError('EntityNotFoundException', 'Tag or tag value does not exist.');
    }
    return value;
  }

  return {
    create(key, values) {
      if ([key, ...values].some((text) => text === '' || text.length > longestName)) {
        throw new ServiceError(
          'InvalidInputException',
          `Keys and values of LF-tags have 1 to ${longestName} characters.`,
        );
      }
      if (defined.has(key.toLowerCase())) {
        throw new ServiceError('AlreadyExistsException', 'Tag key already exists');
      }
      defined.set(key.toLowerCase(), new Set(values.map((value) => value.toLowerCase())));
    },
    update(key, added, removed) {
      const kept = [...find(key)].filter(
        (value) => !removed.some((each) => each.toLowerCase() === value),
      );
      const values = [...kept, ...added.map((value) => value.toLowerCase())];
      defined.set(key.toLowerCase(), new Set(values));
    },
    delete(key) {
      find(key);
      defined.delete(key.toLowerCase());
      assignments.forEach((tags) => tags.delete(key.toLowerCase()));
    },
    get: describe,
    list: () => [...defined.keys()].sort().map(describe),
    assign(resource, tag) {
      const value = valueOf(tag);
      const tags = assignments.get(resource) ?? new Map<string, string>();
      if (!tags.has((tag.TagKey ?? '').toLowerCase()) && tags.size >= tagsPerResource) {
        throw new ServiceError(
          'ResourceNumberLimitExceededException',
          `At most ${tagsPerResource} LF-tags can be assigned to a resource.`,
        );
      }
      assignments.set(resource, tags.set((tag.TagKey ?? '').toLowerCase(), value));
    },
    unassign(resource, tag) {
      const key = (tag.TagKey ?? '').toLowerCase();
      if (assignments.get(resource)?.get(key) !== valueOf(tag)) {
        throw new ServiceError('EntityNotFoundException', 'The LF-tag is not assigned.');
      }
      assignments.get(resource)?.delete(key);
    },
    assigned: (resource) => assignments.get(resource) ?? new Map<string, string>(),
    forget(prefix) {
      for (const resource of assignments.keys()) {
        if (resource.startsWith(prefix)) {
          assignments.delete(resource);
        }
      }
    },
  };
}
