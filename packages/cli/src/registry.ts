import type { CommandModule } from './command.ts';

/** A command as the overview lists it; the rest is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command, in the order of the overview. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'validate',
    summary: 'check the configuration of one or all tenants',
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  {
    name: 'plan',
    summary: 'show what a deploy would change',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'deploy',
    summary: 'deploy one or all tenants and prove them healthy',
    load: async () => (await import('./commands/deploy.ts')).deploy,
  },
  {
    name: 'drift',
    summary: 'find what was changed behind the files',
    load: async () => (await import('./commands/drift.ts')).drift,
  },
  {
    name: 'status',
    summary: 'show what is live and how it is',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'versions',
    summary: 'list the versions of a Worker',
    load: async () => (await import('./commands/versions.ts')).versions,
  },
  {
    name: 'rollback',
    summary: 'put an earlier version back',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  {
    name: 'releases',
    summary: 'list the releases of this folder',
    load: async () => (await import('./commands/releases.ts')).releases,
  },
  {
    name: 'release',
    summary: 'show, pause, continue or abort a release',
    load: async () => (await import('./commands/release.ts')).release,
  },
  {
    name: 'resume',
    summary: 'do what is left of a release, also after a crash',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  {
    name: 'freeze',
    summary: 'refuse deploys to an environment for a while',
    load: async () => (await import('./commands/freeze.ts')).freeze,
  },
  {
    name: 'secrets',
    summary: 'list, put, push or delete secrets',
    load: async () => (await import('./commands/secrets.ts')).secrets,
  },
  {
    name: 'tenant',
    summary: 'list tenants, or show what defines one',
    load: async () => (await import('./commands/tenant.ts')).tenant,
  },
  {
    name: 'config',
    summary: 'show the resolved configuration and where each value comes from',
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    name: 'build',
    summary: 'bundle a Worker into a folder',
    load: async () => (await import('./commands/build.ts')).build,
  },
  {
    name: 'doctor',
    summary: 'check tools, files, credentials and the API',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'local',
    summary: 'run the embedded Cloudflare on this machine',
    load: async () => (await import('./commands/local.ts')).local,
  },
];
