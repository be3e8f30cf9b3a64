/** Tags that Jinja2, dbt or nunjucks knows and this engine refuses, with the reason. */
export const unsupportedTags: ReadonlyMap<string, string> = new Map([
  [
    'include',
    'templates cannot read other files; put shared SQL into a macro of the macros folder',
  ],
  ['import', 'macros of the macros folder are visible everywhere without an import'],
  ['from', 'macros of the macros folder are visible everywhere without an import'],
  ['extends', 'put shared SQL into a macro of the macros folder'],
  ['block', 'put shared SQL into a macro of the macros folder'],
  ['autoescape', 'SQL is never escaped'],
  ['trans', 'there are no translations'],
  ['debug', 'print the value instead'],
  ['test', 'put the test into a file of tests/generic or of the macros folder'],
  ['snapshot', 'snapshots are not supported yet'],
  ['materialization', 'materializations are built in'],
  ['docs', 'write descriptions in YAML'],
  ['statement', 'templates are pure: they cannot query the warehouse while they compile'],
  ['switch', "Jinja2 has no 'switch'; use '{% if %}' and '{% elif %}'"],
  ['verbatim', "Jinja2 has no 'verbatim'; use '{% raw %}'"],
  ['ifAsync', "Jinja2 has no 'ifAsync'; use '{% if %}'"],
  ['asyncEach', "Jinja2 has no 'asyncEach'; use '{% for %}'"],
  ['asyncAll', "Jinja2 has no 'asyncAll'; use '{% for %}'"],
  ['elseif', "Jinja2 has no 'elseif'; use '{% elif %}'"],
]);
/** Tags that begin a statement. */
export const supportedTags = [
  'if',
  'for',
  'break',
  'continue',
  'set',
  'macro',
  'call',
  'filter',
  'with',
  'do',
  'raw',
];
/** Tags that only continue or end a block. */
export const innerTags: ReadonlySet<string> = new Set([
  'elif',
  'else',
  'endif',
  'endfor',
  'endset',
  'endmacro',
  'endcall',
  'endfilter',
  'endwith',
  'endraw',
]);
