import type { ProjectRules } from './project-schema.ts';

export type {
  OverrideFacts,
  OverrideFunction,
  Overrides,
  ProjectRules,
  StandardResult,
  StandardSchema,
  TenantIterable,
  TenantsFromCode,
} from './project-schema.ts';

/**
 * Types the default export of `cf-deploy.config.ts`; returns it unchanged.
 *
 * @example
 * export default defineConfig({ requiredBindings: ['DB'], workerName: /-worker(-[a-z]+)?$/ });
 */
export function defineConfig(config: ProjectRules): ProjectRules {
  return config;
}
