/**
 * Operations of the API by their names. Each takes the input of its name, which comes from the network: required members
 * are checked before they are used. They are synchronous, so that no two calls mix.
 */
export type Operations = Readonly<Record<string, (input: never) => object>>;
