import type {
  CreateWorkGroupInput,
  DeleteWorkGroupInput,
  GetWorkGroupInput,
  ListEngineVersionsInput,
  ListWorkGroupsInput,
  UpdateWorkGroupInput,
} from '@aws-sdk/client-athena';
import { invalidRequest } from './api-error.js';
import { inputShapes } from './input-shapes.js';
import type { NamedQueries } from './named-queries.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { QueryStore } from './query-store.js';
import { tagsFrom, workGroupArn, type ResourceTags } from './resource-tags.js';
import { engineVersions, primary, type WorkGroups } from './work-groups.js';

/** Returns the calls around workgroups. */
export function workGroupOperations({
  workGroups,
  namedQueries,
  preparedStatements,
  queries,
  tags,
}: {
  readonly workGroups: WorkGroups;
  readonly namedQueries: NamedQueries;
  readonly preparedStatements: PreparedStatements;
  readonly queries: QueryStore;
  readonly tags: ResourceTags;
}): Operations {
  return {
    CreateWorkGroup: operation<CreateWorkGroupInput>(inputShapes.createWorkGroup, (input) => {
      const name = input.Name ?? '';
      workGroups.create(name, input.Configuration, input.Description);
      tags.set(workGroupArn(name), tagsFrom(input.Tags));
      return {};
    }),
    GetWorkGroup: operation<GetWorkGroupInput>(inputShapes.workGroup, (input) => ({
      WorkGroup: workGroups.get(input.WorkGroup),
    })),
    UpdateWorkGroup: operation<UpdateWorkGroupInput>(inputShapes.updateWorkGroup, (input) => {
      workGroups.update(input.WorkGroup ?? '', {
        updates: input.ConfigurationUpdates,
        description: input.Description,
        state: input.State,
      });
      return {};
    }),
    DeleteWorkGroup: operation<DeleteWorkGroupInput>(inputShapes.deleteWorkGroup, (input) => {
      const { Name: name } = workGroups.get(input.WorkGroup);
      if (name === primary) {
        // That it cannot be deleted is documented; the text is not.
        throw invalidRequest('INVALID_INPUT', 'The primary workGroup cannot be deleted.');
      }
      const isEmpty =
        namedQueries.list(name).length === 0 &&
        preparedStatements.list(name).length === 0 &&
        queries.list(name).length === 0;
      // Text and rule (a history of queries counts) from Athena's users' reports.
      if (!isEmpty && input.RecursiveDeleteOption !== true) {
        throw invalidRequest('INVALID_INPUT', `WorkGroup ${name} is not empty`);
      }
      workGroups.delete(name);
      namedQueries.deleteAll(name);
      preparedStatements.deleteAll(name);
      queries.deleteAll(name);
      tags.delete(workGroupArn(name));
      return {};
    }),
    ListWorkGroups: operation<ListWorkGroupsInput>(inputShapes.listWorkGroups, (input) => {
      const { items, ...next } = pageOf(workGroups.list(), input);
      return {
        WorkGroups: items.map(({ Name, State, Description = '', CreationTime, Configuration }) => ({
          Name,
          State,
          Description,
          CreationTime,
          EngineVersion: Configuration.EngineVersion,
        })),
        ...next,
      };
    }),
    ListEngineVersions: operation<ListEngineVersionsInput>(
      inputShapes.listEngineVersions,
      (input) => {
        const { items, ...next } = pageOf(engineVersions, input, 10);
        return { EngineVersions: items, ...next };
      },
    ),
  };
}
