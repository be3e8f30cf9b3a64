import type { CellsFilter, Governance, Tags } from './governance.js';
import type { GovernanceRecord, RecordedFilter } from './governance-record.js';

/** A filter as Lake Formation has it. */
export interface KnownFilter extends Omit<CellsFilter, 'principals'> {
  readonly versionId?: string;
}

/** What Lake Formation knows of a relation. Tags are those in effect: Lake Formation shows inherited ones too. */
export interface GovernanceState {
  readonly database: Tags;
  readonly table: Tags;
  readonly columns: Readonly<Record<string, Tags>>;
  readonly filters: readonly KnownFilter[];
  /** Who may SELECT by a filter, by its name. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
}

/** One change. `columns: null` means the table itself. */
export type GovernanceAction =
  | {
      readonly kind: 'tag' | 'untag';
      readonly columns: readonly string[] | null;
      readonly tags: Tags;
    }
  | { readonly kind: 'create-filter'; readonly filter: CellsFilter }
  | { readonly kind: 'update-filter'; readonly filter: CellsFilter; readonly versionId?: string }
  | { readonly kind: 'delete-filter'; readonly name: string }
  | {
      readonly kind: 'grant' | 'revoke';
      readonly name: string;
      readonly principals: readonly string[];
    };

/** How a relation gets from what Lake Formation knows of it to what its model says. */
export interface GovernancePlan {
  /** Before the new rows are visible: what restricts them. */
  readonly before: readonly GovernanceAction[];
  /** Once they are: what opens them, then what the model no longer says. */
  readonly after: readonly GovernanceAction[];
  /** What the project has given when `before` is done, or begun: written down first. */
  readonly pending: GovernanceRecord;
  /** The same when all is done. */
  readonly record: GovernanceRecord;
  /** Filters of the model's names that others made, and differently. */
  readonly foreignFilters: readonly string[];
}

function addedTags(wanted: Tags, has: { now: Tags; above: Tags; recorded: Tags }): Tags {
  return Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => {
      if (has.now[key] !== value) return true;
      // The value may come from above alone, and go with it.
      return has.above[key] === value && has.recorded[key] !== value;
    }),
  );
}

function removedTags(recorded: Tags, wanted: Tags, inherited: readonly string[]): Tags {
  return Object.fromEntries(
    Object.entries(recorded).filter(([key]) => !(key in wanted) && !inherited.includes(key)),
  );
}

/** What others changed since is theirs; a column that is gone has taken its tags along. */
function stillThere(tags: Tags, now: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => now[key] === value));
}

function without(tags: Tags, removed: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in removed)));
}

/** Columns that get the same tags share a call. */
function groupColumns(
  kind: 'tag' | 'untag',
  byColumn: Readonly<Record<string, Tags>>,
): readonly GovernanceAction[] {
  const groups = new Map<string, { readonly tags: Tags; readonly columns: string[] }>();
  for (const [column, tags] of Object.entries(byColumn)) {
    if (Object.keys(tags).length === 0) continue;
    const key = JSON.stringify(
      Object.entries(tags).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
    const group = groups.get(key) ?? { tags, columns: [] };
    group.columns.push(column);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ tags, columns }) => ({ kind, columns, tags }));
}

function isSameFilter(one: KnownFilter, other: KnownFilter): boolean {
  const namesOf = ({ columns }: KnownFilter): string => [...columns.names].sort().join('\n');
  return (
    one.rowFilter === other.rowFilter &&
    one.columns.kind === other.columns.kind &&
    namesOf(one) === namesOf(other)
  );
}

interface TagPlan {
  readonly add: readonly GovernanceAction[];
  readonly remove: readonly GovernanceAction[];
  readonly pending: Pick<GovernanceRecord, 'table' | 'columns'>;
  readonly record: Pick<GovernanceRecord, 'table' | 'columns'>;
}

function planTags(
  tags: NonNullable<Governance['tags']>,
  recorded: GovernanceRecord,
  state: GovernanceState,
): TagPlan {
  const { inherited } = tags;
  const addToTable = addedTags(tags.table, {
    now: state.table,
    above: state.database,
    recorded: recorded.table,
  });
  const above = { ...state.table, ...tags.table };
  const names = [...new Set([...Object.keys(tags.columns), ...Object.keys(recorded.columns)])];
  const each = names.map((name) => {
    const wanted = tags.columns[name] ?? {};
    const given = recorded.columns[name] ?? {};
    const now = state.columns[name] ?? {};
    const add = addedTags(wanted, { now, above, recorded: given });
    const forgotten = removedTags(given, wanted, inherited);
    return { name, add, remove: stillThere(forgotten, now), forgotten, given };
  });
  const byName = (pick: (column: (typeof each)[number]) => Tags): Readonly<Record<string, Tags>> =>
    Object.fromEntries(
      each
        .map((column) => [column.name, pick(column)] as const)
        .filter(([, found]) => Object.keys(found).length > 0),
    );
  const removed = removedTags(recorded.table, tags.table, inherited);
  const present = stillThere(removed, state.table);
  return {
    add: [
      ...(Object.keys(addToTable).length === 0
        ? []
        : [{ kind: 'tag', columns: null, tags: addToTable } as const]),
      ...groupColumns(
        'tag',
        byName(({ add }) => add),
      ),
    ],
    remove: [
      ...groupColumns(
        'untag',
        byName(({ remove }) => remove),
      ),
      ...(Object.keys(present).length === 0
        ? []
        : [{ kind: 'untag', columns: null, tags: present } as const]),
    ],
    pending: {
      table: { ...recorded.table, ...addToTable },
      columns: byName(({ given, add }) => ({ ...given, ...add })),
    },
    record: {
      table: { ...without(recorded.table, removed), ...addToTable },
      columns: byName(({ given, add, forgotten }) => ({ ...without(given, forgotten), ...add })),
    },
  };
}

interface FilterPlan {
  readonly before: readonly GovernanceAction[];
  readonly after: readonly GovernanceAction[];
  readonly pending: GovernanceRecord['filters'];
  readonly record: GovernanceRecord['filters'];
  readonly foreign: readonly string[];
}

function planFilters(
  wanted: readonly CellsFilter[],
  recorded: GovernanceRecord['filters'],
  state: GovernanceState,
): FilterPlan {
  const known = new Map(state.filters.map((filter) => [filter.name, filter]));
  const names = new Set(wanted.map(({ name }) => name));
  const stays = new Set(wanted.flatMap(({ principals }) => principals));
  const updates: GovernanceAction[] = [];
  const creates: GovernanceAction[] = [];
  const grants: GovernanceAction[] = [];
  const leave: GovernanceAction[] = [];
  const move: GovernanceAction[] = [];
  const deletes: GovernanceAction[] = [];
  const foreign: string[] = [];
  const pending: Record<string, RecordedFilter> = { ...recorded };
  const record: Record<string, RecordedFilter> = {};

  for (const filter of wanted) {
    const { name, principals } = filter;
    const now = known.get(name);
    const granted = state.grants[name] ?? [];
    const { own = now === undefined, principals: given = [] } = recorded[name] ?? {};
    if (now === undefined) creates.push({ kind: 'create-filter', filter });
    else if (!isSameFilter(now, filter)) {
      if (own) {
        const { versionId } = now;
        updates.push({
          kind: 'update-filter',
          filter,
          ...(versionId !== undefined && { versionId }),
        });
      } else foreign.push(name);
    }
    const added = principals.filter((each) => !granted.includes(each));
    if (added.length > 0) grants.push({ kind: 'grant', name, principals: added });
    const kept = given.filter((each) => principals.includes(each));
    pending[name] = { own, principals: [...new Set([...given, ...added])] };
    record[name] = { own, principals: [...new Set([...kept, ...added])] };
  }
  for (const [name, { own, principals: given }] of Object.entries(recorded)) {
    const keeps = wanted.find((filter) => filter.name === name)?.principals ?? [];
    const granted = state.grants[name] ?? [];
    const gone = given.filter((each) => !keeps.includes(each) && granted.includes(each));
    const [moved, left] = [
      gone.filter((each) => stays.has(each)),
      gone.filter((each) => !stays.has(each)),
    ];
    if (left.length > 0) leave.push({ kind: 'revoke', name, principals: left });
    if (moved.length > 0) move.push({ kind: 'revoke', name, principals: moved });
    // What others granted by a filter would go with it.
    const hasOthers = granted.some((each) => !given.includes(each));
    if (own && !names.has(name) && known.has(name) && !hasOthers)
      deletes.push({ kind: 'delete-filter', name });
  }
  return {
    before: [...leave, ...updates],
    after: [...creates, ...grants, ...move, ...deletes],
    pending,
    record,
    foreign,
  };
}

/**
 * Returns how to get from what Lake Formation knows of a relation to what its model says, by difference. Only what `recorded`
 * says that the project gave is taken away, and no tag before the new rows are in place. See docs/adr/0006-publishing-on-athena.md
 * for the order.
 */
export function planGovernance(
  { tags, filters }: Governance,
  { recorded, state }: { readonly recorded: GovernanceRecord; readonly state: GovernanceState },
): GovernancePlan {
  const tagPlan =
    tags === undefined
      ? { add: [], remove: [], pending: recorded, record: recorded }
      : planTags(tags, recorded, state);
  const filterPlan =
    filters === undefined
      ? { before: [], after: [], pending: recorded.filters, record: recorded.filters, foreign: [] }
      : planFilters(filters, recorded.filters, state);
  const recordOf = (from: 'pending' | 'record'): GovernanceRecord => ({
    table: tagPlan[from].table,
    columns: tagPlan[from].columns,
    filters: filterPlan[from],
  });
  return {
    before: [...tagPlan.add, ...filterPlan.before],
    after: [...filterPlan.after, ...tagPlan.remove],
    pending: recordOf('pending'),
    record: recordOf('record'),
    foreignFilters: filterPlan.foreign,
  };
}
