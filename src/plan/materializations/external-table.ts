import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { failure, success } from '../../core/result.js';
import type { Materialization } from '../materialization.js';

/** Declares a table over files that lie somewhere; the files are not touched. */
export const externalTable: Materialization = {
  name: 'external_table',
  plan({ node, staged, capabilities }) {
    const location = { path: node.patchPath ?? node.path };
    const problems: Diagnostic[] = [];
    if (!capabilities.externalTables) {
      problems.push(
        errorDiagnostic(
          'capability-missing',
          `model '${node.name}' is an external_table, which this target cannot declare`,
          { location, hint: 'choose another target, or declare the table as a source' },
        ),
      );
    }
    if (node.config.location === null) {
      problems.push(
        errorDiagnostic(
          'materialization-invalid',
          `external_table '${node.name}' needs the config 'location': the folder that holds its files`,
          { location, hint: "add `location: data/landing/…` under the model's `config:`" },
        ),
      );
    }
    if (node.columns.length === 0) {
      problems.push(
        errorDiagnostic(
          'materialization-invalid',
          `external_table '${node.name}' declares no columns`,
          { location, hint: 'run `stedi-sql crawl <files>` and copy the columns it proposes' },
        ),
      );
    }
    if (node.config.location === null || problems.length > 0) return failure(problems);
    return success({
      write: [
        { kind: 'create-schema', relation: staged },
        {
          kind: 'stage-external',
          staged,
          columns: node.columns,
          location: node.config.location,
          format: node.config.format ?? 'json',
          model: node,
        },
      ],
      audited: staged,
      publish: [
        {
          kind: 'publish',
          staged,
          published: { ...node.relation, type: 'external' },
          sql: null,
          model: node,
        },
      ],
    });
  },
};
