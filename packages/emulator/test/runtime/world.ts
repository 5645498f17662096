import { INITIAL_SCRIPT_SETTINGS, INITIAL_VERSION_SETTINGS } from '../../src/settings/settings.ts';
import type { JsonObject } from '../../src/json.ts';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Runtime, RuntimeView } from '../../src/runtime/contract.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import type { AccountDocument } from '../../src/store/model/accounts.ts';
import type { QueueDocument } from '../../src/store/model/queues.ts';
import type { ScriptDocument, StoredBinding, VersionDocument } from '../../src/store/model/scripts.ts';
import type { VectorizeIndexDocument } from '../../src/store/model/vectorize.ts';
import type { CustomDomainDocument, RouteDocument } from '../../src/store/model/zones.ts';

/** A version to make, by what differs from a plain module Worker. */
export interface VersionSpec {
  source?: string;
  bindings?: StoredBinding[];
  annotations?: Record<string, string>;
  modules?: Record<string, { contentType: string; bytes: Uint8Array | string }>;
  format?: VersionDocument['format'];
  /** Names of exported classes. */
  classes?: string[];
  entrypoints?: string[];
  compatibilityDate?: string | null;
  compatibilityFlags?: string[];
  assets?: { config?: JsonObject; files: Record<string, string> };
  hasPreview?: boolean;
}

/** An in-memory Cloudflare to run Workers of. */
export interface World {
  readonly view: RuntimeView;
  readonly account: AccountDocument;
  readonly routes: (RouteDocument & { accountId: string; zoneName: string })[];
  readonly domains: CustomDomainDocument[];
  readonly queues: QueueDocument[];
  readonly indexes: VectorizeIndexDocument[];
  readonly secrets: Map<string, string>;
  addAccount(subdomain: string): AccountDocument;
  script(name: string, more?: Partial<ScriptDocument>): ScriptDocument;
  /** Stores a version without deploying it. */
  upload(script: ScriptDocument, spec: VersionSpec): VersionDocument;
  /** Makes the shares the current deployment. */
  split(script: ScriptDocument, shares: [VersionDocument, number][]): void;
  /** Uploads a version and gives it all traffic. */
  deploy(script: ScriptDocument, spec: VersionSpec): VersionDocument;
}

const AUTHOR = { id: 'a', email: 'someone@example.com' };
const CREATED = '2026-01-01T00:00:00.000Z';

/**
 * A world with one account, `subdomain` "acme".
 *
 * @param createdOn when its versions were uploaded; Workers that were uploaded just now start together
 */
export function createWorld(createdOn: string = CREATED): World {
  const accounts: AccountDocument[] = [];
  const scripts: ScriptDocument[] = [];
  const blobs = new Map<string, Uint8Array>();
  const routes: World['routes'] = [];
  const domains: CustomDomainDocument[] = [];
  const queues: QueueDocument[] = [];
  const indexes: VectorizeIndexDocument[] = [];
  const secrets = new Map<string, string>();

  const keep = (content: Uint8Array | string): { blob: string; size: number } => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const blob = createHash('sha256').update(bytes).digest('hex');
    blobs.set(blob, bytes);
    return { blob, size: bytes.byteLength };
  };
  const addAccount = (subdomain: string): AccountDocument => {
    const id = createHash('md5').update(subdomain).digest('hex');
    const account: AccountDocument = { id, name: subdomain, plan: 'paid', subdomain, createdOn: CREATED };
    accounts.push(account);
    return account;
  };
  const account = addAccount('acme');

  const upload = (script: ScriptDocument, spec: VersionSpec): VersionDocument => {
    const main = {
      name: 'index.js',
      contentType: 'application/javascript+module',
      ...keep(spec.source ?? ''),
    };
    const others = Object.entries(spec.modules ?? {}).map(([name, { contentType, bytes }]) => ({
      name,
      contentType,
      ...keep(bytes),
    }));
    const format = spec.format ?? 'modules';
    const version: VersionDocument = {
      id: randomUUID(),
      number: script.versions.length + 1,
      createdOn,
      author: AUTHOR,
      source: 'api',
      annotations: spec.annotations ?? {},
      mainModule: format === 'assets' ? null : 'index.js',
      format,
      modules: format === 'assets' ? [] : [main, ...others],
      bindings: spec.bindings ?? [],
      ...INITIAL_VERSION_SETTINGS,
      compatibilityDate: spec.compatibilityDate === undefined ? '2026-01-01' : spec.compatibilityDate,
      compatibilityFlags: spec.compatibilityFlags ?? [],
      assets:
        spec.assets === undefined
          ? null
          : {
              config: spec.assets.config ?? {},
              files: Object.fromEntries(
                Object.entries(spec.assets.files).map(([path, content]) => [
                  path,
                  {
                    hash: createHash('md5').update(content).digest('hex'),
                    contentType: null,
                    ...keep(content),
                  },
                ]),
              ),
            },
      migrationTag: null,
      etag: '',
      hasPreview: spec.hasPreview ?? true,
      shape: {
        startupTimeMs: 1,
        handlers: ['fetch'],
        namedHandlers: [
          ...(spec.classes ?? []).map((name) => ({ name, type: 'durable-object' as const, handlers: [] })),
          ...(spec.entrypoints ?? []).map((name) => ({ name, type: 'entrypoint' as const, handlers: [] })),
        ],
      },
    };
    script.versions.push(version);
    return version;
  };
  const split = (script: ScriptDocument, shares: [VersionDocument, number][]): void => {
    script.deployments.unshift({
      id: randomUUID(),
      createdOn: CREATED,
      author: AUTHOR,
      source: 'api',
      strategy: 'percentage',
      versions: shares.map(([{ id: versionId }, percentage]) => ({ versionId, percentage })),
      annotations: {},
    });
  };

  const view: RuntimeView = {
    accounts: () => accounts,
    script: (accountId, name, dispatchNamespace) =>
      scripts.find(
        (script) =>
          script.accountId === accountId &&
          script.name === name &&
          script.dispatchNamespace === (dispatchNamespace ?? null),
      ),
    scripts: (accountId) => scripts.filter((script) => script.accountId === accountId),
    queues: (accountId) => queues.filter((queue) => queue.accountId === accountId),
    workflows: () => [],
    kvNamespace: (accountId, id) => ({ accountId, id, title: id }),
    d1Database: (accountId, uuid) => ({ accountId, uuid, name: uuid, createdOn: CREATED }),
    r2Bucket: (accountId, name) => ({
      accountId,
      name,
      jurisdiction: 'default',
      location: null,
      storageClass: 'Standard',
      createdOn: CREATED,
    }),
    routes: () => routes,
    customDomains: () => domains,
    blob: async (hash) => blobs.get(hash) ?? Promise.reject(new Error(`no blob ${hash}`)),
    vectorizeIndex: (accountId, name) =>
      indexes.find((index) => index.accountId === accountId && index.name === name),
    secretsStoreSecret: (_accountId, _storeId, name) => secrets.get(name),
  };

  return {
    view,
    account,
    routes,
    domains,
    queues,
    indexes,
    secrets,
    addAccount,
    script: (name, more = {}) => {
      const script: ScriptDocument = {
        accountId: account.id,
        name,
        dispatchNamespace: null,
        tag: createHash('md5').update(name).digest('hex'),
        createdOn: CREATED,
        modifiedOn: CREATED,
        versions: [],
        deployments: [],
        settings: structuredClone(INITIAL_SCRIPT_SETTINGS),
        subdomain: { enabled: true, previewsEnabled: true },
        schedules: [],
        migrationTag: null,
        durableObjectNamespaces: [],
        secretChanges: [],
        lastDeployedFrom: 'api',
        ...more,
      };
      scripts.push(script);
      return script;
    },
    upload,
    split,
    deploy: (script, spec) => {
      const version = upload(script, spec);
      split(script, [[version, 100]]);
      return version;
    },
  };
}

/** A runtime of that world with a folder of its own, and the function that ends both. */
export async function startRuntime({
  view,
}: Pick<World, 'view'>): Promise<{ runtime: Runtime; end: () => Promise<void> }> {
  const { dir, remove } = await temporaryDir();
  const runtime = createRuntime({ view, dataDir: dir });
  const end = async (): Promise<void> => {
    await runtime.close();
    await remove();
  };
  return { runtime, end };
}

/** A folder for a runtime's data and the function that removes it. */
export async function temporaryDir(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'cf-deploy-runtime-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) };
}
