import { warningDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { MacroNode } from '../core/node.js';
import type { Project } from '../core/project.js';

/**
 * Names of dbt's macros that only dbt's own materializations, tests and commands call, and that projects replace to change what
 * those do. Source: `macros` of a manifest of dbt-core 1.10 with dbt-duckdb 1.11, without what templates call or what is
 * done by macros here too (dbt's macros of functions, `generate_schema_name` and its like, `get_where_subquery`, `external_location`).
 */
const ofMachinery: ReadonlySet<string> = new Set([
  ...['alter_column_type', 'alter_relation_add_remove_columns', 'apply_grants'],
  ...['build_snapshot_staging_table', 'build_snapshot_table', 'check_for_schema_changes'],
  ...['collect_freshness', 'collect_freshness_custom_sql', 'create_csv_table', 'create_indexes'],
  ...['create_schema', 'create_table_as', 'create_view_as', 'drop_relation', 'drop_schema'],
  ...['get_batch_size', 'get_catalog', 'get_create_index_sql', 'get_create_table_as_sql'],
  ...['get_create_view_as_sql', 'get_csv_sql', 'get_dbt_valid_to_current'],
  ...['get_delete_insert_merge_sql', 'get_fixture_sql', 'get_expected_sql'],
  ...['get_incremental_append_sql', 'get_incremental_default_sql'],
  ...['get_incremental_delete_insert_sql', 'get_incremental_insert_overwrite_sql'],
  ...['get_incremental_merge_sql', 'get_incremental_microbatch_sql', 'get_insert_into_sql'],
  ...['get_insert_overwrite_merge_sql', 'get_limit_subquery_sql', 'get_merge_sql'],
  ...['get_merge_update_columns', 'get_show_sql', 'get_test_sql', 'get_unit_test_sql'],
  ...['handle_existing_table', 'incremental_validate_on_schema_change'],
  ...['list_relations_without_caching', 'list_schemas', 'load_csv_rows', 'make_temp_relation'],
  ...['merge_clause_defaults', 'merge_join_clause', 'persist_docs', 'post_snapshot'],
  ...['process_schema_changes', 'rename_relation', 'render_write_options', 'reset_csv_table'],
  ...['resolve_model_name', 'run_hooks', 'should_full_refresh', 'should_store_failures'],
  ...['snapshot_check_all_get_existing_columns', 'snapshot_check_strategy', 'snapshot_get_time'],
  ...['snapshot_hash_arguments', 'snapshot_merge_sql', 'snapshot_staging_table'],
  ...['snapshot_string_as_time', 'snapshot_timestamp_strategy', 'store_relation'],
  ...['sync_column_schemas', 'truncate_relation'],
]);

/**
 * Returns a warning for each macro of the project that takes the place of one of dbt's which nothing calls here: with dbt it
 * changes how tables are made or tests are asked, and here it has no effect. `prefixes` are those of the dialect. Code:
 * `template-unsupported`.
 */
export function findReplacedMacros(
  macros: readonly MacroNode[],
  project: Pick<Project, 'name' | 'files'>,
  prefixes: readonly string[],
): readonly Diagnostic[] {
  return macros.flatMap((macro) => {
    if (macro.packageName !== project.name) return [];
    const prefix = prefixes.find((each) => macro.name.startsWith(`${each}__`));
    const stem = prefix === undefined ? macro.name : macro.name.slice(prefix.length + 2);
    if (!ofMachinery.has(stem)) return [];
    const message = `macro '${macro.name}' takes the place of dbt's own, which is built in here: it has no effect`;
    const hint =
      'say it by configuration (incremental_strategy, a hook), or give the macro another name and call it';
    return [
      warningDiagnostic('template-unsupported', message, {
        location: locateMacro(macro, project),
        hint,
      }),
    ];
  });
}

function locateMacro(macro: MacroNode, { files }: Pick<Project, 'files'>): SourceLocation {
  const content = files.find(({ path }) => path === macro.path)?.content ?? '';
  const lines = content.split('\n');
  const index = lines.findIndex((line) => line.includes('macro') && line.includes(macro.name));
  const sourceLine = lines[index];
  if (sourceLine === undefined) return { path: macro.path };
  const column = sourceLine.indexOf(macro.name) + 1;
  return { path: macro.path, line: index + 1, column, length: macro.name.length, sourceLine };
}
