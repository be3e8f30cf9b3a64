import { describe, expect, it } from 'vitest';
import type { CellsFilter, Governance } from './governance.js';
import {
  emptyRecord,
  readRecord,
  writeRecord,
  type GovernanceRecord,
} from './governance-record.js';
import { planGovernance, type GovernancePlan, type GovernanceState } from './plan-governance.js';

const nothing: GovernanceState = { database: {}, table: {}, columns: {}, filters: [], grants: {} };

function plan(
  governance: Governance,
  state: Partial<GovernanceState> = {},
  recorded: Partial<GovernanceRecord> = {},
): GovernancePlan {
  return planGovernance(governance, {
    recorded: { ...emptyRecord, ...recorded },
    state: { ...nothing, ...state },
  });
}

const tags = { table: { domain: 'fitness' }, columns: { email: { pii: 'yes' } }, inherited: [] };

function filter(principals: readonly string[], rowFilter = 'true', name = 'all'): CellsFilter {
  return { name, rowFilter, columns: { kind: 'except', names: [] }, principals };
}

describe('tags', () => {
  it('are added where they are not there, columns of the same tags by one call', () => {
    const columns = { a: { pii: 'yes' }, b: { pii: 'yes' }, c: { pii: 'no' } };
    expect(plan({ tags: { ...tags, columns } })).toEqual({
      before: [
        { kind: 'tag', columns: null, tags: { domain: 'fitness' } },
        { kind: 'tag', columns: ['a', 'b'], tags: { pii: 'yes' } },
        { kind: 'tag', columns: ['c'], tags: { pii: 'no' } },
      ],
      after: [],
      pending: { table: { domain: 'fitness' }, columns, filters: {} },
      record: { table: { domain: 'fitness' }, columns, filters: {} },
      foreignFilters: [],
    });
  });

  it('that are there cost nothing', () => {
    const recorded = { table: tags.table, columns: tags.columns };
    const done = plan({ tags }, { table: tags.table, columns: tags.columns }, recorded);
    expect(done).toMatchObject({ before: [], after: [], pending: recorded, record: recorded });
  });

  it('that come from above are given all the same, so that they stay', () => {
    const inherited = { database: tags.table, table: tags.table, columns: tags.columns };
    expect(plan({ tags }, inherited).before).toEqual([
      { kind: 'tag', columns: null, tags: tags.table },
    ]);
  });

  it('change their value before, and go after the rows are in place', () => {
    const recorded = { table: { domain: 'old', team: 'x' }, columns: { phone: { pii: 'yes' } } };
    const state = { table: recorded.table, columns: recorded.columns };
    const { before, after, pending, record } = plan({ tags }, state, recorded);
    expect(before).toEqual([
      { kind: 'tag', columns: null, tags: { domain: 'fitness' } },
      { kind: 'tag', columns: ['email'], tags: { pii: 'yes' } },
    ]);
    expect(after).toEqual([
      { kind: 'untag', columns: ['phone'], tags: { pii: 'yes' } },
      { kind: 'untag', columns: null, tags: { team: 'x' } },
    ]);
    expect(pending).toMatchObject({ table: { domain: 'fitness', team: 'x' } });
    expect(record).toEqual({ table: tags.table, columns: tags.columns, filters: {} });
  });

  it.each<[string, Partial<GovernanceState>, Partial<GovernanceRecord>]>([
    ['others gave', { table: { ...tags.table, team: 'x' } }, { table: tags.table }],
    [
      'others changed',
      { table: { ...tags.table, team: 'y' } },
      { table: { ...tags.table, team: 'x' } },
    ],
    ['are gone', { table: tags.table }, { table: { ...tags.table, team: 'x' } }],
  ])('are not removed that %s', (_title, state, recorded) => {
    const { after, record } = plan({ tags: { ...tags, columns: {} } }, state, recorded);
    expect(after).toEqual([]);
    expect(record.table).toEqual(tags.table);
  });

  it('of inherited keys are never removed', () => {
    const recorded = { table: { team: 'x' } };
    const kept = plan(
      { tags: { table: {}, columns: {}, inherited: ['team'] } },
      recorded,
      recorded,
    );
    expect(kept).toMatchObject({ after: [], record: recorded });
  });

  it('and filters that are not managed are left alone', () => {
    const recorded = { table: { a: 'b' }, filters: { all: { own: true, principals: ['x'] } } };
    expect(plan({}, {}, recorded)).toMatchObject({ before: [], after: [], record: recorded });
  });
});

describe('filters', () => {
  const own = (principals: readonly string[], name = 'all'): Partial<GovernanceRecord> => ({
    filters: { [name]: { own: true, principals } },
  });
  const known = ({ principals, ...rest }: CellsFilter, versionId = '1') => {
    return { filters: [{ ...rest, versionId }], grants: { [rest.name]: principals } };
  };

  it('are made and granted once the rows are in place', () => {
    const wanted = filter(['x', 'y']);
    expect(plan({ filters: [wanted] })).toMatchObject({
      before: [],
      after: [
        { kind: 'create-filter', filter: wanted },
        { kind: 'grant', name: 'all', principals: ['x', 'y'] },
      ],
      record: own(['x', 'y']),
    });
  });

  it('that are there cost nothing', () => {
    const wanted = filter(['x']);
    const done = plan({ filters: [wanted] }, known(wanted), own(['x']));
    expect(done).toMatchObject({ before: [], after: [], record: own(['x']) });
  });

  it('change before, and who is out is out before', () => {
    const { before, after } = plan(
      { filters: [filter(['x'], "country = 'de'")] },
      known(filter(['x', 'y'])),
      own(['x', 'y']),
    );
    expect(before).toEqual([
      { kind: 'revoke', name: 'all', principals: ['y'] },
      { kind: 'update-filter', filter: filter(['x'], "country = 'de'"), versionId: '1' },
    ]);
    expect(after).toEqual([]);
  });

  it('let go of whom another filter serves only after that one does', () => {
    const wanted = [filter([]), filter(['x'], 'true', 'other')];
    const { before, after } = plan({ filters: wanted }, known(filter(['x'])), own(['x']));
    expect(before).toEqual([]);
    expect(after.map(({ kind }) => kind)).toEqual(['create-filter', 'grant', 'revoke']);
  });

  it('are deleted last, and only with nobody on them whom others let in', () => {
    const state = known(filter(['x']));
    expect(plan({ filters: [] }, state, own(['x']))).toMatchObject({
      before: [{ kind: 'revoke', name: 'all', principals: ['x'] }],
      after: [{ kind: 'delete-filter', name: 'all' }],
      record: { filters: {} },
    });
    const shared = plan({ filters: [] }, known(filter(['x', 'theirs'])), own(['x']));
    expect(shared).toMatchObject({
      before: [{ kind: 'revoke', name: 'all', principals: ['x'] }],
      after: [],
    });
  });

  it('of others are used if they say the same, and refused if not', () => {
    const same = plan({ filters: [filter(['x', 'theirs'])] }, known(filter(['theirs'])));
    expect(same).toMatchObject({
      after: [{ kind: 'grant', name: 'all', principals: ['x'] }],
      record: { filters: { all: { own: false, principals: ['x'] } } },
      foreignFilters: [],
    });
    const other = plan({ filters: [filter(['x'], 'a = 1')] }, known(filter([])));
    expect(other.foreignFilters).toEqual(['all']);
    const gone = plan({ filters: [] }, known(filter(['x', 'theirs'])), same.record);
    expect([...gone.before, ...gone.after]).toEqual([
      { kind: 'revoke', name: 'all', principals: ['x'] },
    ]);
  });
});

describe('the record', () => {
  it('is kept as a parameter; a damaged one takes nothing away', () => {
    const record = {
      table: { a: 'b' },
      columns: {},
      filters: { f: { own: true, principals: [] } },
    };
    expect(readRecord({ Parameters: writeRecord(record) })).toEqual(record);
    expect(readRecord({ Parameters: { 'stedi_sql.governance': '{' } })).toEqual(emptyRecord);
    expect(readRecord({})).toEqual(emptyRecord);
  });
});
