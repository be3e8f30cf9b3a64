/** Returns a quoted identifier of the author's dialect, as template text. */
export function quoteIdentifier(name: string): string {
  return escapeTemplate(`"${name.replaceAll('"', '""')}"`);
}

/** Returns a string literal of the author's dialect, as template text. */
export function quoteLiteral(text: string): string {
  return escapeTemplate(`'${text.replaceAll("'", "''")}'`);
}

/** Returns a string literal of the template language. */
export function quoteTemplateString(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** Returns template text that renders as `text`, also where that looks like the start of a tag. */
export function escapeTemplate(text: string): string {
  return text.replace(/\{(?=[{%#])/g, "{{ '{' }}");
}
