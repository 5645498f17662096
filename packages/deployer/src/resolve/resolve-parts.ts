import { dirname, resolve } from 'node:path';
import type { ConvertedBinding } from '../bindings/convert.ts';
import type { DurableObjectsSection } from '../bindings/durable-object.ts';
import type { UnsafeSection } from '../bindings/unsafe.ts';
import type { EffectiveConfig } from './effective.ts';
import type { Finding } from '../findings/finding.ts';
import type { ProjectRules } from '../project/project-config.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { resolveAssets, resolveBuild, resolveCommand } from './resolve-build.ts';
import { resolveHealth } from './resolve-health.ts';
import { resolveTraffic } from './resolve-traffic.ts';
import { resolveRuntime } from './resolve-settings.ts';
import { settingsOf } from './schema/setting-fields.ts';
import { resolveTriggers } from './resolve-triggers.ts';
import type { Migration, ResolvedWorker, SecretsDeclaration } from './resolved-worker.ts';
import type { PlainFields } from './schema/worker-fields.ts';
import type { TenantConfig } from '../shapes/tenant-schema.ts';
import type { Json } from '../json.ts';
import type { LoadedTenant } from '../tenants/loaded-tenant.ts';

/** Checked input of {@link resolveParts}. */
export interface ResolvedInput {
  readonly tenant: LoadedTenant;
  readonly tenantConfig: TenantConfig;
  readonly project: ProjectRules;
  readonly worker: SourceDocument;
  readonly config: EffectiveConfig;
  readonly bindings: readonly ConvertedBinding[];
  readonly scriptName: string;
  readonly environment: string | null;
  readonly requestedEnvironment: string | null;
  readonly hasEnvironments: boolean;
  readonly dispatchNamespace: string | null;
  readonly warnings: readonly Finding[];
}

/** Default of wrangler: running Durable Objects keep the old code for up to five minutes. */
export const DEFAULT_CODE_UPDATE = { mode: 'deferred', max_delay: 300 };

/** Puts a ResolvedWorker together from checked values, every default applied. */
export function resolveParts(input: ResolvedInput): Omit<ResolvedWorker, 'origins'> {
  const { config, tenant, tenantConfig, project } = input;
  const { fields, values } = config;
  const projectDir = dirname(tenant.workerPath);
  const durable = values['durable_objects'] as DurableObjectsSection | undefined;
  const secrets = values['secrets'] as { readonly required?: readonly string[] } | undefined;
  const unsafe = values['unsafe'] as UnsafeSection | undefined;
  return {
    tenant: tenant.id,
    worker: tenant.workerName ?? null,
    environment: input.environment,
    requestedEnvironment: input.requestedEnvironment,
    accountId: tenantConfig.accountId,
    accountSubdomain: tenantConfig.accountSubdomain ?? null,
    scriptName: input.scriptName,
    serviceName: topLevelName(input),
    hasEnvironments: input.hasEnvironments,
    rootDir: tenant.rootDir,
    tenantDir: tenant.dir,
    configFile: tenant.workerPath,
    allowedRoots: (project.allowedRoots ?? []).map((folder) => resolve(tenant.rootDir, folder)),
    build: resolveBuild(fields, projectDir),
    assets: resolveAssets(values['assets'], projectDir),
    ...assetsBuild(fields, projectDir),
    compatibilityDate: fields.compatibility_date ?? '',
    compatibilityFlags: fields.compatibility_flags ?? [],
    bindings: input.bindings.map(({ binding }) => binding),
    inherited: input.bindings.flatMap(({ binding, module }) =>
      binding.type === 'inherit' ? [{ name: binding.name, type: module.types[0] ?? '' }] : [],
    ),
    secrets: declaredSecrets(secrets?.required ?? [], tenantConfig, project),
    keepVars: fields.keep_vars ?? false,
    migrations: (fields.migrations ?? []) as readonly Migration[],
    exports: fields.exports ?? null,
    settings: settingsOf(fields),
    runtime: resolveRuntime(fields),
    triggers:
      input.dispatchNamespace === null ? resolveTriggers(config, input.scriptName) : { workersDev: false },
    dispatchNamespace: input.dispatchNamespace,
    codeUpdateStrategy: durable?.code_update_strategy ?? DEFAULT_CODE_UPDATE,
    unsafeMetadata: unsafe?.metadata ?? {},
    health: resolveHealth(tenantConfig.healthCheck, project),
    traffic: resolveTraffic(tenantConfig.traffic, project.traffic),
    labels: { ...project.labels, ...tenantConfig.labels },
    drift: { ignore: [...(project.drift?.ignore ?? []), ...(tenantConfig.drift?.ignore ?? [])] },
    warnings: input.warnings,
  };
}

function assetsBuild(fields: PlainFields, projectDir: string): Pick<ResolvedWorker, 'assetsBuild'> {
  const command = fields.main === undefined ? resolveCommand(fields, projectDir) : null;
  return command === null ? {} : { assetsBuild: { command, projectDir } };
}

function declaredSecrets(
  inFile: readonly string[],
  tenantConfig: TenantConfig,
  project: ProjectRules,
): SecretsDeclaration {
  const required = [
    ...new Set([...inFile, ...(tenantConfig.requiredSecrets ?? []), ...(project.requiredSecrets ?? [])]),
  ];
  const optional = [...new Set(Object.values(tenantConfig.apiKeys ?? {}))].filter(
    (name) => !required.includes(name),
  );
  return optional.length === 0 ? { required } : { required, optional };
}

function topLevelName(input: ResolvedInput): string {
  if (input.tenant.redirect !== null) return input.tenant.redirect.topLevelName ?? input.scriptName;
  const { name } = input.worker.value as { readonly name?: Json };
  return typeof name === 'string' ? name : input.scriptName;
}
