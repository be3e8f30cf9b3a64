import type {
  BatchGetPreparedStatementInput,
  CreatePreparedStatementInput,
  DeletePreparedStatementInput,
  GetPreparedStatementInput,
  ListPreparedStatementsInput,
  PreparedStatement,
  UpdatePreparedStatementInput,
} from '@aws-sdk/client-athena';
import { invalidRequest, resourceNotFound } from './api-error.js';
import { inputShapes } from './input-shapes.js';
import { operation, type Operations } from './operation.js';
import { pageOf } from './paging.js';
import type { WorkGroups } from './work-groups.js';

export interface PreparedStatements {
  readonly list: (workGroup: string) => readonly PreparedStatement[];
  readonly find: (workGroup: string, name: string) => PreparedStatement | undefined;
  /** Adds a statement or replaces the one of this name: see `checkNew`. */
  put(workGroup: string, name: string, sql: string, description?: string): void;
  /** Returns whether there was one. */
  delete(workGroup: string, name: string): boolean;
  deleteAll(workGroup: string): void;
  readonly operations: Operations;
}

/** Returns the prepared statements of all workgroups, with the calls around them. */
export function createPreparedStatements(workGroups: WorkGroups): PreparedStatements {
  const statements = new Map<string, ReadonlyMap<string, PreparedStatement>>();
  const of = (workGroup: string) =>
    statements.get(workGroup) ?? new Map<string, PreparedStatement>();
  const put = (workGroup: string, name: string, sql: string, description?: string) => {
    const statement = {
      StatementName: name,
      QueryStatement: sql,
      WorkGroupName: workGroup,
      ...(description !== undefined && { Description: description }),
      LastModifiedTime: new Date(),
    };
    statements.set(workGroup, new Map([...of(workGroup), [name, statement]]));
  };
  const remove = (workGroup: string, name: string) => {
    const left = new Map(of(workGroup));
    const wasThere = left.delete(name);
    statements.set(workGroup, left);
    return wasThere;
  };
  const find = (workGroup: string, name: string) => of(workGroup).get(name);
  const list = (workGroup: string) => [...of(workGroup).values()];
  /** Returns an existing statement; the text of the refusal is not known to be Athena's. */
  const get = (input: { WorkGroup: string | undefined; StatementName: string | undefined }) => {
    const name = input.StatementName ?? '';
    const statement = find(workGroups.get(input.WorkGroup).Name, name);
    if (statement === undefined) throw notFound(name);
    return { name, group: input.WorkGroup ?? '', statement };
  };

  return {
    list,
    find,
    put,
    delete: remove,
    deleteAll: (workGroup) => statements.delete(workGroup),
    operations: {
      CreatePreparedStatement: operation<CreatePreparedStatementInput>(
        inputShapes.writePreparedStatement,
        (input) => {
          const name = input.StatementName ?? '';
          const group = workGroups.get(input.WorkGroup).Name;
          checkNew({ find, list }, group, name);
          put(group, name, input.QueryStatement ?? '', input.Description);
          return {};
        },
      ),
      GetPreparedStatement: operation<GetPreparedStatementInput>(
        inputShapes.preparedStatement,
        (input) => ({ PreparedStatement: get(input).statement }),
      ),
      BatchGetPreparedStatement: operation<BatchGetPreparedStatementInput>(
        inputShapes.batchGetPreparedStatement,
        ({ PreparedStatementNames: names = [], WorkGroup }) => {
          const group = workGroups.get(WorkGroup).Name;
          return {
            PreparedStatements: names.flatMap((name) => find(group, name) ?? []),
            UnprocessedPreparedStatementNames: names
              .filter((name) => find(group, name) === undefined)
              .map((name) => ({
                StatementName: name,
                ErrorCode: 'STATEMENT_NOT_FOUND',
                ErrorMessage: `PreparedStatement ${name} was not found in workGroup ${group}`,
              })),
          };
        },
      ),
      UpdatePreparedStatement: operation<UpdatePreparedStatementInput>(
        inputShapes.writePreparedStatement,
        (input) => {
          const { name, group, statement } = get(input);
          put(group, name, input.QueryStatement ?? '', input.Description ?? statement.Description);
          return {};
        },
      ),
      DeletePreparedStatement: operation<DeletePreparedStatementInput>(
        inputShapes.preparedStatement,
        (input) => {
          const { name, group } = get(input);
          remove(group, name);
          return {};
        },
      ),
      ListPreparedStatements: operation<ListPreparedStatementsInput>(
        inputShapes.listPreparedStatements,
        (input) => {
          const all = [...of(workGroups.get(input.WorkGroup).Name).values()];
          const { items, ...next } = pageOf(all, input);
          return {
            PreparedStatements: items.map(({ StatementName, LastModifiedTime }) => ({
              StatementName,
              LastModifiedTime,
            })),
            ...next,
          };
        },
      ),
    },
  };
}

/** User Guide, PREPARE. */
const mostStatements = 1000;

/** Throws if a workgroup has a statement of this name, or as many as it may have. The texts are not sourced. */
export function checkNew(
  { find, list }: Pick<PreparedStatements, 'find' | 'list'>,
  workGroup: string,
  name: string,
): void {
  if (find(workGroup, name) !== undefined) {
    throw invalidRequest('INVALID_INPUT', `PreparedStatement ${name} already exists`);
  }
  if (list(workGroup).length >= mostStatements) {
    throw invalidRequest(
      'INVALID_INPUT',
      `Number of prepared statements in workGroup ${workGroup} exceeds the limit of ${mostStatements}`,
    );
  }
}

function notFound(name: string) {
  return resourceNotFound(name, `PreparedStatement ${name} was not found`);
}
