import type {
  ListTagsForResourceInput,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-athena';
import { accountId, region } from '../core/account.js';
import { resourceNotFound } from './api-error.js';
import { inputShapes } from './input-shapes.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';

/** Tags by ARN, then by key. */
export type ResourceTags = Map<string, ReadonlyMap<string, string>>;

export function workGroupArn(name: string): string {
  return `arn:aws:athena:${region}:${accountId}:workgroup/${name}`;
}

/** Returns tags by key. */
export function tagsFrom(tags: readonly Tag[] | undefined): ReadonlyMap<string, string> {
  return new Map((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Returns the calls around tags. `exists` says whether an ARN is that of something taggable. */
export function tagOperations(tags: ResourceTags, exists: (arn: string) => boolean): Operations {
  const tagsOf = (arn: string) => {
    // The text is not known to be Athena's.
    if (!exists(arn)) throw resourceNotFound(arn, `Resource ${arn} was not found`);
    return tags.get(arn) ?? new Map<string, string>();
  };
  return {
    TagResource: operation<TagResourceInput>(inputShapes.tagResource, (input) => {
      const arn = input.ResourceARN ?? '';
      tags.set(arn, new Map([...tagsOf(arn), ...tagsFrom(input.Tags)]));
      return {};
    }),
    UntagResource: operation<UntagResourceInput>(inputShapes.untagResource, (input) => {
      const arn = input.ResourceARN ?? '';
      const removed = new Set(input.TagKeys);
      tags.set(arn, new Map([...tagsOf(arn)].filter(([key]) => !removed.has(key))));
      return {};
    }),
    ListTagsForResource: operation<ListTagsForResourceInput>(
      inputShapes.listTagsForResource,
      (input) => {
        const all = [...tagsOf(input.ResourceARN ?? '')].map(([Key, Value]) => ({ Key, Value }));
        const { items, ...next } = pageOf(all, input, 75);
        return { Tags: items, ...next };
      },
    ),
  };
}
