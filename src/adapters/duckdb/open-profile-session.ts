import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { resultOf, type Result } from '../../core/result.js';
import { readEngineError } from './engine-error.js';
import type { Attachment, Extension, ProfileSession } from './profile-session.js';
import { quoteName, quoteText } from './quote.js';

/** A file of its own path starts at the project folder; what has a scheme, or is of a server, is not a path. */
function locateFile({ path, options }: Attachment, root: string): string {
  const isServer = options.some((option) => /^TYPE '?(?:postgres|mysql)/iu.test(option));
  return isServer || path.startsWith(':') || /^\w{2,}:/u.test(path) ? path : resolve(root, path);
}

/** Returns the `ATTACH` of a database beside the warehouse. */
export function attachStatement(
  attachment: Attachment,
  { root, readOnly }: { readonly root: string; readonly readOnly: boolean },
): string {
  const { alias, options } = attachment;
  const words = readOnly && !options.includes('READ_ONLY') ? [...options, 'READ_ONLY'] : options;
  return [
    `attach if not exists ${quoteText(locateFile(attachment, root))}`,
    ...(alias === undefined ? [] : [`as ${quoteName(alias)}`]),
    ...(words.length === 0 ? [] : [`(${words.join(', ')})`]),
  ].join(' ');
}

async function loadExtension(
  connection: DuckDBConnection,
  { name, repository }: Extension,
  { mayInstall }: { readonly mayInstall: boolean },
): Promise<Diagnostic | undefined> {
  try {
    await connection.run(`load ${name}`);
    return undefined;
  } catch {
    if (!mayInstall) return undefined;
    try {
      const from = repository === undefined ? '' : ` from ${quoteRepository(repository)}`;
      await connection.run(`install ${name}${from}`);
      await connection.run(`load ${name}`);
      return undefined;
    } catch (error) {
      const [reason] = readEngineError(error).reason.split('\n');
      const message = `the extension '${name}' could not be loaded: ${reason ?? ''}`;
      const hint = `what needs it fails; install it where there is a network, or remove it from the profile`;
      return warningDiagnostic('capability-missing', message, { hint });
    }
  }
}

/** Names of DuckDB's own repositories are words, others are texts. */
function quoteRepository(repository: string): string {
  return /^\w+$/u.test(repository) ? repository : quoteText(repository);
}

/** A setting of an extension that is not there has nothing to act on. */
const ofExtension = /exists? in the (\w+) extension/u;

async function trySetting(
  connection: DuckDBConnection,
  statement: string,
  name: string,
): Promise<Diagnostic | undefined> {
  try {
    await connection.run(statement);
    return undefined;
  } catch (error) {
    const { reason, advice } = readEngineError(error);
    const extension = ofExtension.exec(`${reason} ${advice ?? ''}`)?.[1];
    if (extension !== undefined) {
      const message = `the setting '${name}' has no effect: it is one of the extension '${extension}', which is not loaded`;
      return warningDiagnostic('capability-missing', message, {
        hint: "name the extension under 'extensions' in profiles.yml, or remove the setting",
      });
    }
    const message = `the setting '${name}' of the profile could not be made: ${reason}`;
    return errorDiagnostic('connection-failed', message, {
      hint: advice ?? "look at 'settings' in profiles.yml",
    });
  }
}

/**
 * Loads a profile's extensions, attaches its databases, and returns the statements that make its settings, with which every
 * connection begins. An extension that is not installed is asked of its repository, as dbt-duckdb does, where the warehouse
 * is opened to be written; one that cannot be had is a warning, because most projects name more than they need.
 * Codes: `capability-missing`, `connection-failed`.
 */
export async function openProfileSession(
  connection: DuckDBConnection,
  session: ProfileSession,
  place: { readonly root: string; readonly readOnly: boolean },
): Promise<Result<readonly string[]>> {
  const found: Diagnostic[] = [];
  for (const extension of session.extensions) {
    const warning = await loadExtension(connection, extension, { mayInstall: !place.readOnly });
    if (warning) found.push(warning);
  }
  const settings: string[] = [];
  for (const [name, value] of Object.entries(session.settings)) {
    // DuckDB turns the text into the type that the setting has.
    const statement = `set ${quoteName(name)} = ${quoteText(value)}`;
    const problem = await trySetting(connection, statement, name);
    if (problem === undefined) settings.push(statement);
    else found.push(problem);
  }
  for (const attachment of session.attach) {
    try {
      await connection.run(attachStatement(attachment, place));
    } catch (error) {
      const { reason } = readEngineError(error);
      const message = `the database '${attachment.alias ?? attachment.path}' could not be attached: ${reason}`;
      const hint = "look at 'attach' in profiles.yml: its paths start at the project folder";
      found.push(errorDiagnostic('connection-failed', message, { hint }));
    }
  }
  return resultOf(settings, found);
}
