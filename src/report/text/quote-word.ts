/** Returns a word as a shell takes it. */
export function quoteWord(word: string): string {
  return /^[\w./:=@-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
