import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createTemplateEngine } from '../compile/create-template-engine.js';
import { renderConfigValue } from '../compile/render-config-value.js';
import { capturePlainFirst } from '../compile/template/capture-plain-template.js';
import type { Dialect } from '../core/adapter.js';
import type { Graph } from '../core/graph.js';
import type { ParsedNode } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import { toPlainJson } from '../core/plain-json.js';
import type { Project } from '../core/project.js';
import { failure, resultOf, type Result } from '../core/result.js';
import type { TemplateContext, TemplateEngine } from '../core/template.js';
import { buildGraph } from '../graph/build-graph.js';
import { parseWithPackages } from '../parse/parse-with-packages.js';
import { loadProject } from '../project/load-project.js';
import { watchFiles } from '../project/watch-files.js';
import { dbtProjectFileName } from '../project/project-file-name.js';
import { hashText, hashTexts, md5OfText } from '../project/hash-text.js';
import { openParseCache, type ParseCache } from '../project/parse-cache.js';
import { validateNodeConfig } from '../project/validate-node-config.js';
import { parseYamlText, writeYamlText } from '../project/yaml-text.js';
import { viewTarget } from '../project/view-target.js';
import { createRedactor } from '../report/redact.js';
import { cacheCaptures } from './cache-captures.js';
import { cacheTranslations } from './cache-translations.js';
import type { ProjectInputs } from './project-receipt.js';
import { describeVariables, watchEnvironment } from './watch-environment.js';
import { adapterModelKeys, defaultTarget, findEngine, targetTypes } from './engines.js';
import { dialectOptions, isNative } from './explain-dialect.js';

/** Where a project is and what its caller wants of it. */
export interface ProjectRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly projectDir?: string | undefined;
  /** `--target`; the project's default without it. */
  readonly targetName?: string | undefined;
  /** Who names it: `--target` if left out. */
  readonly targetOrigin?: string | undefined;
  /** `--profiles-dir` and `--profile`, for projects in dbt's form. */
  readonly profilesDir?: string | undefined;
  readonly profileName?: string | undefined;
  /** `--target-path`. */
  readonly targetFolder?: string | undefined;
  /** `--vars`: the text of a YAML mapping. */
  readonly varsText?: string | undefined;
  /** `--store-failures`. */
  readonly storeFailures?: boolean | undefined;
  /** What `run_started_at` and `invocation_id` show; made up here without it. */
  readonly run?: TemplateContext['run'];
  /** Names the build of the tool. Without it, nothing is kept in the target folder for the next invocation. */
  readonly cacheIdentity?: string | undefined;
}

/** A project as it is known before its warehouse is looked at. */
export interface ProjectGraph {
  readonly project: Project;
  readonly parsed: ParsedProject;
  readonly graph: Graph;
  readonly templates: TemplateEngine;
  readonly context: TemplateContext;
  /** Returns a dialect that knows what an earlier invocation translated. */
  readonly cacheTranslations?: (dialect: Dialect) => Dialect;
  /** Writes what was learned of the files to the target folder, for the next invocation. */
  readonly keepParsed: () => void;
  /** Returns all that the project was made of; `undefined` if something of it is of this run alone. */
  readonly findInputs: () => ProjectInputs | undefined;
}

/** Returns how a cache of the target folder is opened, if there is one. */
function cacheOpener({ cacheIdentity, env }: ProjectRequest) {
  if (cacheIdentity === undefined) return undefined;
  const redact = createRedactor(env);
  const showsSecret = (text: string): boolean => redact.text(text) !== text;
  return (name: string, targetFolder: string, dependsOn: readonly string[] = []): ParseCache =>
    openParseCache({
      name,
      targetFolder,
      identity: hashTexts([cacheIdentity, ...dependsOn]),
      showsSecret,
      // Templates and properties are all read each time, queries only where they are selected.
      ...(name === 'translations' && { mostUnusedBytes: 32 << 20 }),
    });
}

/** Reads and validates the project folder. Diagnostics: those of `loadProject`. */
export async function readProject(
  request: Omit<ProjectRequest, 'cacheIdentity'>,
  openCache?: (targetFolder: string) => ParseCache,
): Promise<Result<Project>> {
  const { cwd, env, projectDir, profilesDir, profileName, targetName, varsText } = request;
  const { targetOrigin, targetFolder } = request;
  return loadProject({
    cwd,
    env,
    projectDir,
    profilesDir,
    profileName,
    targetName,
    targetOrigin,
    targetFolder,
    varsText,
    targetTypes,
    extraConfigKeys: adapterModelKeys,
    defaultTarget,
    openCache,
    renderValue: (text, location) => renderConfigValue({ text, location, env, vars: {} }),
  });
}

/**
 * The first three stages: load the project, parse its files, resolve its refs. No warehouse is needed. Diagnostics: those
 * of `loadProject`, `createTemplateEngine`, `parseProject` and `buildGraph`.
 */
export async function loadProjectGraph(request: ProjectRequest): Promise<Result<ProjectGraph>> {
  const run = request.run ?? { startedAt: new Date().toISOString(), invocationId: randomUUID() };
  if (request.cacheIdentity === undefined) return load(request, { run, shownRun: run });
  const files = watchFiles();
  try {
    const environment = watchEnvironment(request.env);
    const { shownRun, isAsked } = watchRun(run);
    const loaded = await load(
      { ...request, env: environment.env },
      {
        run,
        shownRun,
        // Not through the watched environment: what looks for secrets in all variables is no part of the project.
        openCache: cacheOpener(request),
      },
    );
    if (!loaded.ok) return loaded;
    const sights = files.sights();
    const env = describeVariables(request.env, environment.names);
    // A model may be past its date tomorrow.
    const isBound =
      request.storeFailures === true ||
      isAsked() ||
      environment.isListed() ||
      loaded.value.parsed.nodes.some(hasDeprecationDate);
    return {
      ...loaded,
      value: {
        ...loaded.value,
        context: { ...loaded.value.context, env: request.env, run },
        findInputs: () => (sights === undefined || isBound ? undefined : { sights, env }),
      },
    };
  } finally {
    files.stop();
  }
}

type Run = NonNullable<TemplateContext['run']>;

/** Returns a run that tells whether it was asked for its time or its id. */
function watchRun(run: Run): { readonly shownRun: Run; readonly isAsked: () => boolean } {
  let asked = false;
  const ask = <T>(value: T): T => {
    asked = true;
    return value;
  };
  const shownRun = {
    get startedAt() {
      return ask(run.startedAt);
    },
    get invocationId() {
      return ask(run.invocationId);
    },
    get command() {
      return ask(run.command);
    },
    get fullRefresh() {
      return ask(run.fullRefresh);
    },
  };
  return { shownRun, isAsked: () => asked };
}

function hasDeprecationDate(node: ParsedNode): boolean {
  return node.resourceType === 'model' && node.deprecationDate !== undefined;
}

async function load(
  request: ProjectRequest,
  {
    run,
    shownRun,
    openCache,
  }: {
    readonly run: Run;
    /** What templates see of it. */
    readonly shownRun: Run;
    readonly openCache?: ReturnType<typeof cacheOpener>;
  },
): Promise<Result<ProjectGraph>> {
  const caches: ParseCache[] = [];
  const loaded = await readProject(
    request,
    openCache &&
      ((targetFolder) => {
        const cache = openCache('properties', targetFolder);
        caches.push(cache);
        return cache;
      }),
  );
  if (!loaded.ok) return loaded;
  const project = loaded.value;

  const native = isNative(project)
    ? await findEngine(project.target).loadNativeLanguage?.()
    : undefined;
  const engineOptions = {
    macroFiles: project.files.filter(({ kind }) => kind === 'macro'),
    projectName: project.name,
    packages: (project.packages ?? []).map(({ name, files }) => ({
      name,
      macroFiles: files.filter(({ kind }) => kind === 'macro'),
    })),
    ...(project.dispatch && { dispatch: project.dispatch }),
    // Other templates are written in Athena's SQL on every target.
    dialects: native?.dialects ?? ['athena', 'trino'],
    createsRelations: native !== undefined,
    ...(native && { macroTexts: native.macroTexts, externalRoot: externalRootOf(project) }),
  };
  const engine = createTemplateEngine({
    ...engineOptions,
    outside: {
      md5: (text) => createHash('md5').update(text).digest('hex'),
      yaml: { parse: parseYamlText, write: writeYamlText },
    },
  });
  if (!engine.ok) return failure([...loaded.diagnostics, ...engine.diagnostics]);
  // Everything that the engine is made of is a part of its captures' identity.
  const engineText = toPlainJson(engineOptions);
  const cache =
    engineText === undefined
      ? undefined
      : openCache?.('captures', join(project.root, project.targetPath), [engineText]);
  if (cache !== undefined) caches.push(cache);
  const templates = capturePlainFirst(
    cache === undefined ? engine.value : cacheCaptures(engine.value, cache),
  );
  const context: TemplateContext = {
    projectName: project.name,
    projectFile: project.configPath,
    vars: project.vars,
    packageVars: Object.fromEntries((project.packages ?? []).map(({ name, vars }) => [name, vars])),
    env: request.env,
    target: viewTarget(project.target, targetTypes),
    run: shownRun,
  };
  const read = [...loaded.diagnostics, ...engine.diagnostics];

  const parsed = parseWithPackages(project, {
    engine: templates,
    context,
    validateConfig: (raw, options) =>
      validateNodeConfig(raw, {
        ...options,
        ...(options.resource !== 'test' && { extraKeys: adapterModelKeys }),
        ...(project.configPath === dbtProjectFileName && { passesUnknownKeys: true }),
      }),
    hash: hashText,
    md5: md5OfText,
    ...(project.configPath === dbtProjectFileName && { isDbtForm: true }),
    macroPrefixes: [...engineOptions.dialects, 'default'],
    ...(native && { readNativeType: native.readType }),
    ...(request.storeFailures === true && { storeFailures: true }),
  });
  if (!parsed.ok) return failure([...read, ...parsed.diagnostics]);

  const graph = buildGraph(parsed.value, { now: run.startedAt });
  if (!graph.ok) return failure([...read, ...parsed.diagnostics, ...graph.diagnostics]);
  const openTranslations =
    openCache &&
    (() => {
      const cache = openCache('translations', join(project.root, project.targetPath));
      caches.push(cache);
      return cache;
    });
  let translations: ParseCache | undefined;
  const about = JSON.stringify(dialectOptions(project));
  const keepParsed = (): void => {
    for (const each of caches) each.save();
  };
  const value = {
    project,
    parsed: parsed.value,
    graph: graph.value,
    templates,
    context,
    ...(openTranslations && {
      cacheTranslations: (dialect: Dialect) =>
        cacheTranslations(dialect, () => (translations ??= openTranslations()), { about }),
    }),
    keepParsed,
    findInputs: () => undefined,
  };
  return resultOf(value, [...read, ...parsed.diagnostics, ...graph.diagnostics]);
}

/** The folder of the files of models that name none, as the profile says it. */
function externalRootOf({ target }: Project): string {
  const root = target.options['external_root'];
  return typeof root === 'string' ? root : '.';
}
