import { randomUUID } from 'node:crypto';
import type {
  BatchGetNamedQueryInput,
  CreateNamedQueryInput,
  DeleteNamedQueryInput,
  GetNamedQueryInput,
  ListNamedQueriesInput,
  NamedQuery,
  UpdateNamedQueryInput,
} from '@aws-sdk/client-athena';
import { invalidRequest } from './api-error.js';
import { inputShapes } from './input-shapes.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';
import type { WorkGroups } from './work-groups.js';

export interface NamedQueries {
  list(workGroup: string): readonly string[];
  deleteAll(workGroup: string): void;
  readonly operations: Operations;
}

/** Returns the saved queries of an account, with the calls around them. */
export function createNamedQueries(workGroups: WorkGroups): NamedQueries {
  const queries = new Map<string, NamedQuery>();
  const tokens = new Map<string, string>();
  const list = (workGroup: string) =>
    [...queries].filter(([, query]) => query.WorkGroup === workGroup).map(([id]) => id);
  const get = (id = '') => {
    const query = queries.get(id);
    // Formed as the measured text about query executions.
    if (query === undefined)
      throw invalidRequest('INVALID_INPUT', `NamedQuery ${id} was not found`);
    return query;
  };

  return {
    list,
    deleteAll: (workGroup) => list(workGroup).forEach((id) => queries.delete(id)),
    operations: {
      CreateNamedQuery: operation<CreateNamedQueryInput>(inputShapes.createNamedQuery, (input) => {
        const { ClientRequestToken: token = randomUUID(), ...asked } = input;
        const group = workGroups.get(asked.WorkGroup);
        const known = tokens.get(token);
        if (known !== undefined) return { NamedQueryId: known };
        if (group.State === 'DISABLED') throw workGroupDisabled();
        const id = randomUUID();
        queries.set(id, { ...asked, NamedQueryId: id, WorkGroup: group.Name });
        tokens.set(token, id);
        return { NamedQueryId: id };
      }),
      GetNamedQuery: operation<GetNamedQueryInput>(inputShapes.namedQueryId, (input) => ({
        NamedQuery: get(input.NamedQueryId),
      })),
      BatchGetNamedQuery: operation<BatchGetNamedQueryInput>(
        inputShapes.batchGetNamedQuery,
        ({ NamedQueryIds: ids = [] }) => ({
          NamedQueries: ids.flatMap((id) => queries.get(id) ?? []),
          UnprocessedNamedQueryIds: ids
            .filter((id) => !queries.has(id))
            .map((id) => ({
              NamedQueryId: id,
              ErrorCode: 'INVALID_INPUT',
              ErrorMessage: `NamedQuery ${id} was not found`,
            })),
        }),
      ),
      UpdateNamedQuery: operation<UpdateNamedQueryInput>(inputShapes.updateNamedQuery, (input) => {
        const query = get(input.NamedQueryId);
        queries.set(input.NamedQueryId ?? '', {
          ...query,
          Name: input.Name,
          QueryString: input.QueryString,
          ...(input.Description !== undefined && { Description: input.Description }),
        });
        return {};
      }),
      DeleteNamedQuery: operation<DeleteNamedQueryInput>(inputShapes.namedQueryId, (input) => {
        get(input.NamedQueryId);
        queries.delete(input.NamedQueryId ?? '');
        return {};
      }),
      ListNamedQueries: operation<ListNamedQueriesInput>(inputShapes.listNamedQueries, (input) => {
        const { items, ...next } = pageOf(list(workGroups.get(input.WorkGroup).Name), input);
        return { NamedQueryIds: items, ...next };
      }),
    },
  };
}

/** That nothing runs in it is documented; the text is not sourced. */
export function workGroupDisabled() {
  return invalidRequest('INVALID_INPUT', 'WorkGroup is disabled.');
}
