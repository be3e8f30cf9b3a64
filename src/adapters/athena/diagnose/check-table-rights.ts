import type { TableInput } from '@aws-sdk/client-glue';
import { warningDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { Relation } from '../../../core/relation.js';
import { apiDiagnostic } from '../client/api-failure.js';
import type { GlueTables } from '../client/glue-tables.js';
import { ownerMarkers } from '../markers.js';
import type { Trial } from './trial.js';

/** A model's relation in a database that is there, and whose project it is of. */
export interface TriedRelation {
  readonly relation: Relation;
  readonly project: string;
  /** `s3://bucket/prefix/`. */
  readonly dataDir: string;
}

/** What a build may do to tables of a database. */
export interface TableRights {
  /** What it would not be allowed. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the entry that was made is still there. */
  readonly isLeft: boolean;
}

/**
 * Returns what a build would not be allowed to do to tables of a database: an entry is made under a name such as runs stage
 * models under, changed, and removed. It has no files, and nobody reads it. Codes: those of `apiDiagnostic`.
 */
export async function checkTableRights(
  tables: GlueTables,
  { relation, project, dataDir }: TriedRelation,
  { run, nameOf }: Trial,
): Promise<TableRights> {
  const database = relation.schema.toLowerCase();
  const name = nameOf(relation.identifier);
  const input: TableInput = {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: ownerMarkers({ project, node: `debug.${project}`, run }, { staged: true }),
    StorageDescriptor: {
      Columns: [{ Name: 'id', Type: 'int' }],
      Location: `${dataDir}.stedi-sql/${project}/debug-${run}/`,
    },
  };
  const created = await tables.createTable(database, input);
  if (!created.ok) return { diagnostics: [apiDiagnostic(created.error)], isLeft: false };
  const updated = await tables.updateTable(
    database,
    { ...input, Description: 'made and removed by debug' },
    { skipArchive: true },
  );
  const removed = await tables.deleteTables(database, [name]);
  const left = warningDiagnostic(
    'engine-error',
    `the entry ${database}.${name}, which debug made, could not be removed`,
    { hint: "it holds nothing: 'stedi-sql gc --apply' removes it later" },
  );
  const isLeft = !removed.ok || removed.value.length > 0;
  return {
    diagnostics: [
      ...(updated.ok ? [] : [apiDiagnostic(updated.error)]),
      ...(removed.ok ? [] : [apiDiagnostic(removed.error)]),
      ...(isLeft ? [left] : []),
    ],
    isLeft,
  };
}
