import type { EngineFailure } from '../../../core/adapter.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { stepFailure } from '../node-work.js';
import type { Settled } from './settle-append.js';

/** Returns a statement's failure with what became of the table. */
export function withNote(
  failure: EngineFailure,
  { note, hint }: { readonly note: string; readonly hint?: string },
): { readonly ok: false; readonly failure: EngineFailure } {
  const { diagnostic } = failure;
  const hints = [diagnostic.hint, hint].filter((each) => each !== undefined).join('; ');
  return {
    ok: false,
    failure: {
      ...failure,
      diagnostic: {
        ...diagnostic,
        message: `${diagnostic.message} (${note})`,
        ...(hints !== '' && { hint: hints }),
      },
    },
  };
}

/** What to say where nobody knows what a stopped query wrote. */
export function unknownRows(shown: string): { readonly note: string; readonly hint: string } {
  return {
    note: `some of the rows may be in ${shown} all the same: Athena does not take back what a stopped INSERT wrote, nor say what it was`,
    hint: `look at the rows of ${shown} before the command is run again, or build it anew with --full-refresh`,
  };
}

/**
 * Returns the failure of a node whose table could not be settled: rows are being added to it by others, or an earlier run ended
 * while it added some. Codes: `publish-conflict`, `engine-error`.
 */
export function appendFailure(
  relation: Relation,
  { how, details }: Pick<Settled, 'how' | 'details'>,
): { readonly ok: false; readonly failure: EngineFailure } {
  const shown = displayRelation(relation);
  switch (how) {
    case 'busy':
      return stepFailure('publish-conflict', `other runs go on adding rows to ${shown}`, {
        hint: 'run the command again when they are done',
      });
    case 'unreadable':
      return stepFailure(
        'publish-conflict',
        `${shown} is under a lease (Glue parameter stedi_sql.appending) that this version of stedi-sql cannot read`,
        {
          hint: 'use the version that the other run has; or remove the parameter if no run is going on',
        },
      );
    case 'stuck':
      return stepFailure(
        'engine-error',
        `files of an INSERT that failed could not be removed from ${shown}: ${details.join('; ')}`,
        { hint: 'check the rights of the role (s3:DeleteObject), and run the command again' },
      );
    default: {
      const { note, hint } = unknownRows(shown);
      return stepFailure(
        'publish-conflict',
        `an earlier run was stopped while it added rows (query ${details.join(', ')}): ${note}`,
        { hint },
      );
    }
  }
}
