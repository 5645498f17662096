import { bindingsFromConfig } from '../bindings/convert.ts';
import { BINDING_MODULES } from '../bindings/registry.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type EffectiveConfig, effectiveConfig } from './effective.ts';
import type { Finding } from '../findings/finding.ts';
import { formatPath, parsePath } from '../findings/format-path.ts';
import type { ProjectRules } from '../project/project-config.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { pickEnvironment } from './pick-environment.ts';
import { originsOf } from './origins.ts';
import { type ResolvedInput, resolveParts } from './resolve-parts.ts';
import type { ResolvedWorker } from './resolved-worker.ts';
import type { RuleFacts } from './rules/rule.ts';
import { RULES } from './rules/registry.ts';
import { limitFindings } from '../findings/limit-findings.ts';
import { dropExplained } from '../findings/drop-explained.ts';
import { sortFindings } from '../findings/sort-findings.ts';
import type { TenantConfig } from '../shapes/tenant-schema.ts';
import { checkTenantFile } from '../tenants/tenant-file.ts';
import type { LoadedTenant } from '../tenants/loaded-tenant.ts';
import type { OverrideFacts } from '../project/project-config.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { applyOverlays, type Composed } from './overlay/apply-overlays.ts';

/** What came of it: a worker unless there is an error among the findings. */
export interface ResolvedResult {
  readonly worker: ResolvedWorker | null;
  readonly findings: readonly Finding[];
  /** Environments the wrangler file defines. */
  readonly environments: readonly string[];
  /** Text of every file that findings point into, by the name they use, for code frames. */
  readonly sources: Readonly<Record<string, string>>;
}

/** Options of {@link resolveLoaded}: everything that is not in the files. */
export interface ResolveLoadedOptions {
  readonly env?: string | undefined;
  readonly lenient: boolean;
  /** Variables over those of the file, always as text. */
  readonly vars: Readonly<Record<string, string>>;
  /** Workers for Platforms namespace to deploy into, or null. */
  readonly dispatchNamespace: string | null;
  readonly project: ProjectRules;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Kind of what is at a path relative to the wrangler file. */
  readonly look: RuleFacts['look'];
  readonly spelled: RuleFacts['spelled'];
}

/** Resolves files that were read. Pure but for `look`; never throws for what is in the files. */
export function resolveLoaded(tenant: LoadedTenant, options: ResolveLoadedOptions): ResolvedResult {
  const { tenantFile, workerFile } = tenant;
  const environments =
    workerFile === null ? [] : (tenant.redirect?.definedEnvironments ?? definedEnvironments(workerFile));
  const { sources } = tenant;
  const checkedTenant = tenantFile === null ? null : checkDefinition(tenant, tenantFile, options.project);
  const findings: Finding[] = [...tenant.findings, ...(checkedTenant?.findings ?? [])];
  if (workerFile === null) return { worker: null, findings: shown(findings), environments, sources };

  const choice = pickEnvironment(options.env, {
    defined: environments,
    redirect: tenant.redirect,
    document: workerFile,
  });
  findings.push(...choice.findings);
  if (!choice.usable) return { worker: null, findings: shown(findings), environments, sources };

  const composed = composedOf(tenant, workerFile, {
    project: options.project,
    environment: choice.inFile,
    named: choice.environment,
  });
  findings.push(...composed.findings);
  const { document } = composed;
  const effective = effectiveConfig({ document, environment: choice.inFile, lenient: options.lenient });
  findings.push(...effective.findings);
  const config = withVars(effective.config, options.vars);
  const scriptName = nameOf(config, tenant.redirect === null ? choice.environment : null);
  const context = {
    scriptName: scriptName ?? '',
    environment: choice.environment,
    compatibilityDate: config.fields.compatibility_date ?? '',
  };
  const bindings = bindingsFromConfig(config.values, context);
  const tenantConfig = checkedTenant?.config ?? null;
  const checked = { config, scriptName, bindings, worker: document, tenant: tenantConfig };
  findings.push(
    ...sectionFindings(config, document, context),
    ...ruleFindings(tenant, choice, checked, options),
  );
  const sorted = shown(findings);
  if (sorted.some(({ severity }) => severity === 'error') || tenantConfig === null || scriptName === null) {
    return { worker: null, findings: sorted, environments, sources };
  }
  const input: ResolvedInput = {
    tenant,
    tenantConfig,
    project: options.project,
    worker: document,
    config,
    bindings,
    scriptName,
    environment: choice.environment,
    requestedEnvironment: choice.requested,
    hasEnvironments: environments.length > 0,
    dispatchNamespace: options.dispatchNamespace,
    warnings: sorted,
  };
  return { worker: withOrigins(input), findings: sorted, environments, sources };
}

/** What the rules say. They need a tenant's file: without one there is nothing they could be about. */
function ruleFindings(
  { id, tenantFile }: LoadedTenant,
  { environment }: Pick<RuleFacts, 'environment'>,
  checked: Pick<RuleFacts, 'config' | 'scriptName' | 'bindings' | 'worker' | 'tenant'>,
  { project, now, look, spelled }: ResolveLoadedOptions,
): readonly Finding[] {
  if (tenantFile === null) return [];
  const today = new Date(now).toISOString().slice(0, 10);
  const facts: RuleFacts = {
    ...checked,
    environment,
    tenantId: id,
    tenantFile,
    project,
    today,
    look,
    spelled,
  };
  return RULES.flatMap((rule) => rule.check(facts));
}

/** Checks the definition. The account of a plain Worker may be left to its token: then it is '' until that is asked. */
function checkDefinition(
  { id, accountOfToken = false }: LoadedTenant,
  definition: SourceDocument,
  project: ProjectRules,
): ReturnType<typeof checkTenantFile> {
  const checked = checkTenantFile(definition, { id, project });
  if (!accountOfToken) return checked;
  const findings = checked.findings.filter(
    ({ code, path }) => !(code === 'missing-field' && path === 'accountId'),
  );
  if (findings.some(({ severity }) => severity === 'error')) return { config: null, findings };
  return { config: { ...(definition.value as Omit<TenantConfig, 'accountId'>), accountId: '' }, findings };
}

/** The resolved worker, frozen. Its origins are found when somebody looks: of ten thousand tenants nobody does. */
function withOrigins(input: ResolvedInput): ResolvedWorker {
  let origins: ResolvedWorker['origins'] | undefined;
  const worker = deepFreezeParts(resolveParts(input));
  return Object.freeze(
    Object.defineProperty(worker, 'origins', {
      enumerable: true,
      get: () => (origins ??= deepFreeze(originsOf(input))),
    }) as ResolvedWorker,
  );
}

/** Freezes what an object holds, not the object. */
function deepFreezeParts<T extends object>(value: T): T {
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}

/** The wrangler file with what differs for the tenant, when it is a shared Worker's. */
function composedOf(
  tenant: LoadedTenant,
  base: SourceDocument,
  {
    project,
    environment,
    named,
  }: { readonly project: ProjectRules; readonly environment: string | null; readonly named: string | null },
): Composed {
  const { overlays = [], tenantFile } = tenant;
  if (overlays.length === 0 || tenantFile === null) return { document: base, findings: [] };
  return applyOverlays(base, overlays, {
    environment,
    facts: overrideFacts(tenant, tenantFile, { project, named }),
  });
}

function overrideFacts(
  tenant: LoadedTenant,
  definition: SourceDocument,
  { project, named }: { readonly project: ProjectRules; readonly named: string | null },
): OverrideFacts {
  const fields = definition.value as JsonObject;
  const { accountId, labels } = fields;
  const own = Object.entries(isObject(labels) ? labels : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    tenant: {
      id: tenant.id,
      accountId: typeof accountId === 'string' ? accountId : null,
      labels: { ...project.labels, ...Object.fromEntries(own) },
      fields,
    },
    env: named,
    worker: tenant.workerName ?? '',
  };
}

/** Findings in the order of the files, and no more than anybody reads. */
function shown(findings: readonly Finding[]): readonly Finding[] {
  return limitFindings(sortFindings(dropExplained(findings)));
}

/** Names of the environments a wrangler file defines, as written. */
export function definedEnvironments(document: SourceDocument): readonly string[] {
  const { env } = document.value as { readonly env?: Json };
  return isObject(env) ? Object.keys(env) : [];
}

/** Variables of the command line replace those of the file, in their places, and follow them otherwise. */
function withVars(config: EffectiveConfig, vars: Readonly<Record<string, string>>): EffectiveConfig {
  if (Object.keys(vars).length === 0) return config;
  const own = (config.values['vars'] ?? {}) as JsonObject;
  return { ...config, values: { ...config.values, vars: { ...own, ...vars } } };
}

function nameOf(config: EffectiveConfig, environment: string | null): string | null {
  const { name } = config.fields;
  if (name === undefined) return null;
  const own = config.paths['name']?.[0] === 'env';
  return environment === null || own ? name : `${name}-${environment}`;
}

/** What each kind of binding finds in its own section, with full path and place. */
function sectionFindings(
  config: EffectiveConfig,
  document: SourceDocument,
  context: Parameters<typeof bindingsFromConfig>[1],
): readonly Finding[] {
  return BINDING_MODULES.flatMap((module) => {
    const section = module.section === null ? undefined : config.values[module.section];
    const base = config.paths[module.section ?? ''];
    if (section === undefined || base === undefined) return [];
    return (module.check?.(section, context) ?? []).map((finding) => {
      const path = [...base, ...parsePath(finding.path)];
      return {
        ...finding,
        path: formatPath(path),
        place: document.place(path),
        message: `\`${formatPath(path)}\` ${finding.message}`,
      };
    });
  });
}
