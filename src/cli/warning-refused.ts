/** Ends a command at a warning that counts as an error, which is printed: `--warn-error`. */
export class WarningRefused extends Error {
  constructor() {
    super('a warning counts as an error');
  }
}
