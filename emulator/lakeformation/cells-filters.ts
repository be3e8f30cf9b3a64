import type * as LF from '@aws-sdk/client-lakeformation';
import { ServiceError } from '../core/service.js';

/** Data cell filters: rows and columns of a table that can be granted by name. */
export interface CellsFilters {
  create(filter: LF.DataCellsFilter | undefined): void;
  update(filter: LF.DataCellsFilter | undefined): void;
  delete(name: LF.DeleteDataCellsFilterRequest): void;
  get(name: LF.DeleteDataCellsFilterRequest): LF.DataCellsFilter;
  list(table: LF.TableResource | undefined): readonly LF.DataCellsFilter[];
  forgetTable(database: string, table: string): void;
}

/** Returns filters with none defined. Every change gives a filter another `VersionId`. */
export function createCellsFilters(): CellsFilters {
  const filters = new Map<string, LF.DataCellsFilter>();
  let changes = 0;

  function keyOf(name: LF.DeleteDataCellsFilterRequest | undefined): string {
    const parts = [name?.DatabaseName, name?.TableName].map((part) => part?.toLowerCase() ?? '');
    return [...parts, name?.Name ?? ''].join('/');
  }

  function find(name: LF.DeleteDataCellsFilterRequest | undefined): LF.DataCellsFilter {
    const found = filters.get(keyOf(name));
    if (found === undefined) {
      throw new ServiceError('EntityNotFoundException', 'Data cells filter not found.');
    }
    return found;
  }

  function store(filter: LF.DataCellsFilter): void {
    changes += 1;
    filters.set(keyOf(filter), { ...filter, VersionId: String(changes) });
  }

  return {
    create(filter) {
      if (filter?.Name === undefined) {
        throw new ServiceError('InvalidInputException', 'A data cells filter needs a name.');
      }
      if (filters.has(keyOf(filter))) {
        throw new ServiceError('AlreadyExistsException', 'Data cells filter already exists.');
      }
      store(filter);
    },
    update(filter) {
      const current = find(filter);
      if (filter?.VersionId !== undefined && filter.VersionId !== current.VersionId) {
        throw new ServiceError(
          'ConcurrentModificationException',
          'The data cells filter was changed meanwhile.',
        );
      }
      store({ ...current, ...filter });
    },
    delete(name) {
      find(name);
      filters.delete(keyOf(name));
    },
    get: find,
    list: (table) =>
      [...filters.values()].filter(
        (filter) =>
          (table?.DatabaseName === undefined || filter.DatabaseName === table.DatabaseName) &&
          (table?.Name === undefined || filter.TableName === table.Name),
      ),
    forgetTable(database, table) {
      for (const key of filters.keys()) {
        if (key.startsWith(`${database}/${table}/`)) {
          filters.delete(key);
        }
      }
    },
  };
}
