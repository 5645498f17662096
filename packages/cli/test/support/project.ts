import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { runCli, type CliOptions, type CliRun } from './run-cli.ts';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

/** A copy of this repository's tenants and their Worker in a folder of its own. */
export interface Project {
  readonly root: string;
  /** Runs a command in it. */
  cli(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  /** Runs a command with `--local --json`. */
  local(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Replaces the first `from` in a file; it must be there. */
  edit(file: string, from: string, to: string): Promise<void>;
  remove(): Promise<void>;
}

/** What holds of every command in a project, unless one says otherwise. */
type Always = Pick<CliOptions, 'runtime'>;

interface ProjectOptions extends Always {
  /**
   * Whether the tenants have Workers of one line with one KV namespace ({@link makeSimple}), for tests in which neither the
   * code nor the many bindings are the matter: resolving and bundling those takes longer than most commands. @default false
   */
  readonly simple?: boolean;
}

/** Makes the copy. Remove it in the end. */
export async function createProject({ simple = false, ...always }: ProjectOptions = {}): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-project-'));
  if (simple) {
    for (const tenant of await readdir(join(REPOSITORY, 'tenants'))) await makeSimple(root, tenant);
    return projectAt(root, always);
  }
  await Promise.all([
    cp(join(REPOSITORY, 'tenants'), join(root, 'tenants'), {
      recursive: true,
      // A developer's own tokens must not get into tests.
      filter: (source) => !/\/\.env(?!\.example)/.test(source),
    }),
    cp(join(REPOSITORY, 'packages/worker-api/src'), join(root, 'packages/worker-api/src'), {
      recursive: true,
    }),
  ]);
  return projectAt(root, always);
}

/** Makes a tenant of the same name, account, hosts and environments as the one of this repository, and with its health check. */
async function makeSimple(root: string, tenant: string): Promise<void> {
  const read = async (file: string): Promise<JsonObject> =>
    parse(await readFile(join(REPOSITORY, 'tenants', tenant, file), 'utf8')) as JsonObject;
  const [definition, worker] = await Promise.all([read('tenant.config.json'), read('wrangler.jsonc')]);
  const level = (fields: JsonObject): JsonObject => ({
    ...pick(fields, ['version_metadata']),
    vars: pick(fields['vars'] as JsonObject, ['TENANT_ID', 'ENVIRONMENT']),
    kv_namespaces: (fields['kv_namespaces'] as JsonObject[]).filter(({ binding }) => binding === 'CACHE'),
  });
  const environments = Object.entries(worker['env'] as Record<string, JsonObject>);
  const files = {
    'tenant.config.json': {
      ...pick(definition, ['tenantId', 'accountId', 'accountSubdomain', 'apiKeys', 'healthCheck']),
      requiredBindings: ['CACHE'],
    },
    'wrangler.jsonc': {
      ...pick(worker, ['name', 'account_id', 'compatibility_date', 'workers_dev', 'triggers']),
      main: 'index.js',
      no_bundle: true,
      ...level(worker),
      env: Object.fromEntries(environments.map(([name, fields]) => [name, level(fields)])),
    },
  };
  const folder = join(root, 'tenants', tenant);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(files))
    await writeFile(join(folder, file), JSON.stringify(content, null, 2));
  const health = 'status: "ok", tenant: env.TENANT_ID, version: env.CF_VERSION_METADATA';
  const code = `export default { fetch: (_, env) => Response.json({ ${health} }) };\n`;
  await writeFile(join(folder, 'index.js'), code);
}

type JsonObject = Readonly<Record<string, unknown>>;

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

/** Copies a project's folder, to run commands in the copy. Remove it in the end. */
export async function copyProject(folder: string, always: Always = {}): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-project-'));
  await cp(folder, root, { recursive: true, verbatimSymlinks: true });
  return projectAt(root, always);
}

function projectAt(root: string, always: Always): Project {
  const cli: Project['cli'] = (args, options) =>
    runCli([...args, '--root', root], { cwd: root, ...always, ...options });
  return {
    root,
    cli,
    local: (args, options) => cli([...args, '--local', '--json'], options),
    read: (file) => readFile(join(root, file), 'utf8'),
    // Env files that others can read are refused.
    write: (file, text) =>
      writeFile(join(root, file), text, { mode: /(^|\/)\.env/.test(file) ? 0o600 : 0o644 }),
    async edit(file, from, to) {
      const text = await readFile(join(root, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      await writeFile(
        join(root, file),
        text.replace(from, () => to),
      );
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
