/** Extensions that come with the engine: there is nothing to load. */
export const includedExtensions: readonly string[] = ['core_functions', 'icu', 'json', 'parquet'];
