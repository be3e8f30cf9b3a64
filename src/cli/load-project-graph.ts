import { createHash, randomUUID } from 'node:crypto';
import { createTemplateEngine } from '../compile/create-template-engine.js';
import { renderConfigValue } from '../compile/render-config-value.js';
import type { Graph } from '../core/graph.js';
import type { ParsedProject } from '../core/parsed-project.js';
import type { Project } from '../core/project.js';
import { failure, resultOf, type Result } from '../core/result.js';
import type { TemplateContext, TemplateEngine } from '../core/template.js';
import { buildGraph } from '../graph/build-graph.js';
import { parseWithPackages } from '../parse/parse-with-packages.js';
import { loadProject } from '../project/load-project.js';
import { validateNodeConfig } from '../project/validate-node-config.js';
import { parseYamlText, writeYamlText } from '../project/yaml-text.js';
import { viewTarget } from '../project/view-target.js';
import { adapterModelKeys, defaultTarget, targetTypes } from './engines.js';

/** Where a project is and what its caller wants of it. */
export interface ProjectRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly projectDir?: string | undefined;
  /** `--target`; the project's default without it. */
  readonly targetName?: string | undefined;
  /** `--profiles-dir` and `--profile`, for projects in dbt's form. */
  readonly profilesDir?: string | undefined;
  readonly profileName?: string | undefined;
  /** `--vars`: the text of a YAML mapping. */
  readonly varsText?: string | undefined;
  /** What `run_started_at` and `invocation_id` show; made up here without it. */
  readonly run?: TemplateContext['run'];
}

/** A project as it is known before its warehouse is looked at. */
export interface ProjectGraph {
  readonly project: Project;
  readonly parsed: ParsedProject;
  readonly graph: Graph;
  readonly templates: TemplateEngine;
  readonly context: TemplateContext;
}

/** Reads and validates the project folder. Diagnostics: those of `loadProject`. */
export async function readProject(request: ProjectRequest): Promise<Result<Project>> {
  const { cwd, env, projectDir, profilesDir, profileName, targetName, varsText } = request;
  return loadProject({
    cwd,
    env,
    projectDir,
    profilesDir,
    profileName,
    targetName,
    varsText,
    targetTypes,
    extraConfigKeys: adapterModelKeys,
    defaultTarget,
    renderValue: (text, location) => renderConfigValue({ text, location, env, vars: {} }),
  });
}

/**
 * The first three stages: load the project, parse its files, resolve its refs. No warehouse is needed. Diagnostics: those
 * of `loadProject`, `createTemplateEngine`, `parseProject` and `buildGraph`.
 */
export async function loadProjectGraph(request: ProjectRequest): Promise<Result<ProjectGraph>> {
  const loaded = await readProject(request);
  if (!loaded.ok) return loaded;
  const project = loaded.value;

  const engine = createTemplateEngine({
    macroFiles: project.files.filter(({ kind }) => kind === 'macro'),
    projectName: project.name,
    packages: (project.packages ?? []).map(({ name, files }) => ({
      name,
      macroFiles: files.filter(({ kind }) => kind === 'macro'),
    })),
    ...(project.dispatch && { dispatch: project.dispatch }),
    // Templates are written in Athena's SQL on every target.
    dialects: ['athena', 'trino'],
    outside: {
      md5: (text) => createHash('md5').update(text).digest('hex'),
      yaml: { parse: parseYamlText, write: writeYamlText },
    },
  });
  if (!engine.ok) return failure([...loaded.diagnostics, ...engine.diagnostics]);
  const templates = engine.value;
  const context: TemplateContext = {
    projectName: project.name,
    vars: project.vars,
    packageVars: Object.fromEntries((project.packages ?? []).map(({ name, vars }) => [name, vars])),
    env: request.env,
    target: viewTarget(project.target, targetTypes),
    run: request.run ?? { startedAt: new Date().toISOString(), invocationId: randomUUID() },
  };
  const read = [...loaded.diagnostics, ...engine.diagnostics];

  const parsed = parseWithPackages(project, {
    engine: templates,
    context,
    validateConfig: (raw, options) =>
      validateNodeConfig(raw, {
        ...options,
        ...(options.resource !== 'test' && { extraKeys: adapterModelKeys }),
      }),
    hash: (text) => createHash('sha256').update(text).digest('hex'),
  });
  if (!parsed.ok) return failure([...read, ...parsed.diagnostics]);

  const graph = buildGraph(parsed.value);
  if (!graph.ok) return failure([...read, ...parsed.diagnostics, ...graph.diagnostics]);
  return resultOf({ project, parsed: parsed.value, graph: graph.value, templates, context }, [
    ...read,
    ...parsed.diagnostics,
    ...graph.diagnostics,
  ]);
}
