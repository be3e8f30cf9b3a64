import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { MacroNode } from '../../core/node.js';
import type { TemplateSource } from '../../core/template.js';
import { checkFilter } from './filters.js';
import { hasSqlText } from './has-sql.js';
import { defineMacro, macroValue, type MacroDefinition } from './macros.js';
import type { TemplateToken } from './lexer.js';
import type { MacroStatement, Statement } from './nodes.js';
import { parseTemplate } from './template-parser.js';
import { TemplateProblem } from './template-problem.js';
import { loadTemplate, locatePlace, type TemplateText } from './template-text.js';
import { checkTest } from './tests.js';
import type { Value } from './values.js';

/** The macros of a project. */
export interface LoadedMacros {
  readonly nodes: readonly MacroNode[];
  /** As values that templates call, by name. */
  readonly values: ReadonlyMap<string, Value>;
}

interface FoundMacro {
  readonly statement: MacroStatement;
  readonly template: TemplateText;
}

/**
 * Returns the macros of the files. Diagnostics: `macro-invalid` (a reserved name, a second definition, statements
 * outside of macros; a warning for text outside of them), `template-unsupported`, and those of `parseTemplate`.
 */
export function loadMacros(
  files: readonly TemplateSource[],
  projectName: string,
  reserved: ReadonlySet<string>,
): { readonly macros: LoadedMacros; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const found = new Map<string, FoundMacro>();
  for (const file of files) {
    const template = loadTemplate(file);
    for (const statement of parseFile(template, diagnostics)) {
      if (statement.typename !== 'Macro') {
        diagnostics.push(...checkOutside(statement, template));
        continue;
      }
      const name = statement.name.value;
      const problem = checkMacro({ statement, template }, found.get(name), reserved);
      if (problem) diagnostics.push(problem);
      else found.set(name, { statement, template });
    }
  }
  const definitions = [...found].map(([name, { statement, template }]) => ({
    span: statement.span,
    definition: defineMacro(name, `macro.${projectName}.${name}`, statement, template),
  }));
  return {
    macros: {
      nodes: definitions.map(({ definition, span }) => toNode(definition, span, projectName)),
      values: new Map(
        definitions.map(({ definition }) => [
          definition.name,
          macroValue(definition, null, { catchReturn: true }),
        ]),
      ),
    },
    diagnostics,
  };
}

function parseFile(template: TemplateText, diagnostics: Diagnostic[]): readonly Statement[] {
  try {
    return parseTemplate(template, {
      checkFilter,
      checkTest,
      testBlocks: true,
      onMaterialization: (name) => diagnostics.push(passedMaterialization(name, template)),
    }).children;
  } catch (thrown) {
    if (!(thrown instanceof TemplateProblem)) throw thrown;
    diagnostics.push(thrown.toDiagnostic({ path: template.path }));
    return [];
  }
}

/** Materializations that the project uses without naming them, or by names that mean ours. */
const builtInMaterializations: readonly string[] = [
  ...['ephemeral', 'external_table', 'incremental', 'seed', 'snapshot', 'table', 'test', 'unit'],
  'view',
];

/** A model that asks for it is told that there is none; in the place of one that is built in it would go unnoticed. */
function passedMaterialization(name: TemplateToken, template: TemplateText): Diagnostic {
  const isBuiltIn = builtInMaterializations.includes(name.value);
  const report = isBuiltIn ? errorDiagnostic : warningDiagnostic;
  const message = `the materialization '${name.value}' is passed over: materializations are built in`;
  return report('template-unsupported', message, {
    location: locatePlace(template, name),
    hint: isBuiltIn ? 'remove it' : 'use a built-in one with hooks',
  });
}

function checkMacro(
  { statement, template }: FoundMacro,
  first: FoundMacro | undefined,
  reserved: ReadonlySet<string>,
): Diagnostic | undefined {
  const name = statement.name.value;
  const location = locatePlace(template, statement.name);
  if (reserved.has(name)) {
    return errorDiagnostic(
      'macro-invalid',
      `a macro cannot be named '${name}', which is built in`,
      {
        location,
        hint: 'give the macro another name',
      },
    );
  }
  if (first === undefined) return undefined;
  return errorDiagnostic('macro-invalid', `the macro '${name}' is defined twice`, {
    location,
    hint: 'rename one of them',
    related: [
      { message: 'the other one', location: locatePlace(first.template, first.statement.name) },
    ],
  });
}

/** What stands between macros has no effect: comments may, text is noticed, statements are refused. */
function checkOutside(statement: Statement, template: TemplateText): Diagnostic[] {
  const location = locatePlace(template, statement);
  if (statement.typename !== 'Output') {
    return [
      errorDiagnostic(
        'macro-invalid',
        `'${statement.typename.toLowerCase()}' cannot stand outside of a macro in a macro file`,
        { location, hint: "move it into '{% macro … %}'" },
      ),
    ];
  }
  return statement.children.flatMap((child) => {
    if (child.typename !== 'TemplateData') {
      return errorDiagnostic('macro-invalid', 'an expression cannot stand outside of a macro', {
        location: locatePlace(template, child),
      });
    }
    if (!hasSqlText(child.value)) return [];
    const offset = child.value.search(/\S/);
    const start = template.lines.offsetOf({ line: child.lineno + 1, column: child.colno + 1 });
    const { line, column } = template.lines.locate(start + offset);
    return warningDiagnostic('macro-invalid', 'text outside of macros has no effect', {
      location: locatePlace(template, { lineno: line - 1, colno: column - 1, length: Infinity }),
      hint: "make it a comment: '{# … #}'",
    });
  });
}

function toNode(
  definition: MacroDefinition,
  span: MacroStatement['span'],
  projectName: string,
): MacroNode {
  const { name, template } = definition;
  return {
    resourceType: 'macro',
    uniqueId: `macro.${projectName}.${name}`,
    name,
    packageName: projectName,
    path: template.path,
    fqn: [projectName, name],
    description: '',
    tags: [],
    patchPath: null,
    arguments: definition.parameters.map((parameter) => parameter.name),
    macroSql: template.text.slice(span.start, span.end),
  };
}
