const blankOrComment = /\s+|;|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;

/** Returns whether a text has more in it than comments, white space and semicolons. */
export function hasSqlText(text: string): boolean {
  blankOrComment.lastIndex = 0;
  let end = 0;
  while (blankOrComment.test(text)) end = blankOrComment.lastIndex;
  return end < text.length;
}
