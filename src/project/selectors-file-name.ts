/** The name of the file of selectors, beside the project file. */
export const selectorsFileName = 'selectors.yml';
