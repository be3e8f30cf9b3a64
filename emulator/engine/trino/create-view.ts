import { hiveTypeText } from '../hive/hive-type.js';
import { findTarget } from '../dml/find-target.js';
import { nothing, type Outcome } from '../outcome.js';
import { readPrestoView } from '../query/presto-view.js';
import type { MappedText } from '../sql/mapped-text.js';
import type { Name } from '../sql/statement.js';
import { runOnTrino, type TrinoContext } from './trino-context.js';
import { readTrinoType } from './trino-value.js';

/**
 * CREATE VIEW. Trino names one column in Glue, `dummy`; Athena names the view's own there, as clients that list a catalog
 * see. Throws `EngineError`.
 */
export async function createView(
  context: TrinoContext,
  text: MappedText,
  name: Name,
): Promise<Outcome> {
  await runOnTrino(context, text);
  const { glue, toolkit } = context;
  const table = findTarget(context, name);
  const view = readPrestoView(table);
  if (view === undefined) return nothing;
  glue.updateTable(table.DatabaseName ?? '', {
    Name: table.Name,
    Owner: table.Owner,
    TableType: table.TableType,
    ViewOriginalText: table.ViewOriginalText,
    ViewExpandedText: table.ViewExpandedText,
    PartitionKeys: table.PartitionKeys,
    Parameters: table.Parameters,
    StorageDescriptor: {
      ...table.StorageDescriptor,
      Columns: view.columns.map((column) => ({
        Name: column.name,
        Type: hiveTypeText(readTrinoType(toolkit, column.type)) ?? 'string',
      })),
    },
  });
  return nothing;
}
