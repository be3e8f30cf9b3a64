/**
 * Returns how the reader calls the command, for a suggested next one. npm tells the commands that npx starts which of its own
 * commands they come from.
 */
export function programName(env: NodeJS.ProcessEnv): string {
  return env['npm_command'] === 'exec' ? 'npx stedi-sql' : 'stedi-sql';
}
