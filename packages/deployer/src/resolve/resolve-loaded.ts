import { bindingsFromConfig } from '../bindings/convert.ts';
import { BINDING_MODULES } from '../bindings/registry.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type EffectiveConfig, effectiveConfig } from './effective.ts';
import type { Finding } from '../findings/finding.ts';
import { formatPath, parsePath } from '../findings/format-path.ts';
import type { ProjectRules } from '../project/project-config.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { pickEnvironment } from './pick-environment.ts';
import { resolveParts } from './resolve-parts.ts';
import type { ResolvedResult } from './resolve-worker.ts';
import type { RuleFacts } from './rules/rule.ts';
import { RULES } from './rules/index.ts';
import { limitFindings } from '../findings/limit-findings.ts';
import { sortFindings } from '../findings/sort-findings.ts';
import { checkTenantFile } from '../tenants/tenant-file.ts';
import type { LoadedTenant } from '../tenants/tenants.ts';

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
}

/** Resolves files that were read. Pure but for `look`; never throws for what is in the files. */
export function resolveLoaded(tenant: LoadedTenant, options: ResolveLoadedOptions): ResolvedResult {
  const { tenantFile, workerFile } = tenant;
  const environments =
    workerFile === null ? [] : (tenant.redirect?.definedEnvironments ?? definedEnvironments(workerFile));
  const { sources } = tenant;
  const checkedTenant =
    tenantFile === null ? null : checkTenantFile(tenantFile, { id: tenant.id, project: options.project });
  const findings: Finding[] = [...tenant.findings, ...(checkedTenant?.findings ?? [])];
  if (workerFile === null) return { worker: null, findings: shown(findings), environments, sources };

  const choice = pickEnvironment(options.env, {
    defined: environments,
    redirect: tenant.redirect,
    document: workerFile,
  });
  findings.push(...choice.findings);
  if (!choice.usable) return { worker: null, findings: shown(findings), environments, sources };

  const effective = effectiveConfig({
    document: workerFile,
    environment: choice.inFile,
    lenient: options.lenient,
  });
  findings.push(...effective.findings);
  const config = withVars(effective.config, options.vars);
  const scriptName = nameOf(config, tenant.redirect === null ? choice.environment : null);
  const context = {
    scriptName: scriptName ?? '',
    environment: choice.environment,
    compatibilityDate: config.fields.compatibility_date ?? '',
  };
  const bindings = bindingsFromConfig(config.values, context);
  findings.push(...sectionFindings(config, workerFile, context));
  if (tenantFile !== null) {
    const facts: RuleFacts = {
      config,
      environment: choice.environment,
      scriptName,
      bindings,
      worker: workerFile,
      tenantId: tenant.id,
      tenantFile,
      tenant: checkedTenant?.config ?? null,
      project: options.project,
      today: new Date(options.now).toISOString().slice(0, 10),
      look: options.look,
    };
    findings.push(...RULES.flatMap((rule) => rule.check(facts)));
  }
  const sorted = shown(findings);
  const config_ = checkedTenant?.config ?? null;
  if (sorted.some((finding) => finding.severity === 'error') || config_ === null || scriptName === null) {
    return { worker: null, findings: sorted, environments, sources };
  }
  const worker = resolveParts({
    tenant,
    tenantConfig: config_,
    project: options.project,
    worker: workerFile,
    config,
    bindings,
    scriptName,
    environment: choice.environment,
    requestedEnvironment: choice.requested,
    hasEnvironments: environments.length > 0,
    dispatchNamespace: options.dispatchNamespace,
    warnings: sorted,
  });
  return { worker: deepFreeze(worker), findings: sorted, environments, sources };
}

/** Findings in the order of the files, and no more than anybody reads. */
function shown(findings: readonly Finding[]): readonly Finding[] {
  return limitFindings(sortFindings(findings));
}

/** Names of the environments a wrangler file defines, as written. */
export function definedEnvironments(document: SourceDocument): readonly string[] {
  const { env } = document.value as { readonly env?: unknown };
  return typeof env === 'object' && env !== null && !Array.isArray(env) ? Object.keys(env) : [];
}

/** Variables of the command line replace those of the file, in their places, and follow them otherwise. */
function withVars(config: EffectiveConfig, vars: Readonly<Record<string, string>>): EffectiveConfig {
  if (Object.keys(vars).length === 0) return config;
  const own = (config.values['vars'] ?? {}) as Readonly<Record<string, unknown>>;
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
