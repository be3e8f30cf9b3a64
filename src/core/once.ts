/** Returns a function that makes a value when it is first asked for it, and gives that one again afterwards. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
