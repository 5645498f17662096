import { readMarker } from '../../src/sections/marker.ts';
import type { Json, JsonObject } from '../../src/json.ts';

/** Who did something: what was there, the run that is looked at, or somebody else. */
export type By = 'before' | 'ours' | 'theirs';

/** A value that belongs to no version, and who set it last. */
interface Authored<T> {
  readonly value: T;
  readonly by: By;
}

interface Version {
  readonly id: string;
  readonly by: By;
  readonly at: number;
  readonly content: Json;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Deployment {
  readonly id: string;
  readonly by: By;
  readonly at: number;
  readonly shares: Readonly<Record<string, number>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One Worker of a very small account; every part of it says who made it. */
export interface Account {
  now: number;
  exists: boolean;
  /** Newest last. */
  versions: readonly Version[];
  /** Newest first. */
  deployments: readonly Deployment[];
  crons: Authored<readonly string[]>;
  logpush: Authored<boolean>;
  workersDev: Authored<boolean>;
  /** Lists show what is older than this, ms. */
  readonly lagMs: number;
}

export const NO_ACCOUNT: Account = {
  now: 100_000,
  exists: false,
  versions: [],
  deployments: [],
  crons: { value: [], by: 'before' },
  logpush: { value: false, by: 'before' },
  workersDev: { value: false, by: 'before' },
  lagMs: 0,
};

/** Makes a version of it. */
export function addVersion(account: Account, made: Pick<Version, 'by' | 'content' | 'annotations'>): string {
  const id = nameOf(account.versions, 'a', made.by);
  account.exists = true;
  account.versions = [...account.versions, { ...made, id, at: account.now }];
  return id;
}

/** Gives versions their shares. */
export function addDeployment(
  account: Account,
  made: Pick<Deployment, 'by' | 'shares' | 'annotations'>,
): Deployment {
  const deployment = { ...made, id: nameOf(account.deployments, 'd', made.by), at: account.now };
  account.deployments = [deployment, ...account.deployments];
  return deployment;
}

/** The same whatever others made before it. */
function nameOf(all: readonly { readonly by: By }[], letter: string, maker: By): string {
  const number = all.filter(({ by }) => by === maker).length + 1;
  return `${letter}${number}${MAKERS[maker]}-0000-4000-8000-000000000000`;
}

/** Letters of ids. */
const MAKERS: Readonly<Record<By, string>> = { before: 'bef0e0', ours: '0a5e1f', theirs: 'fee1e5' };

/** The version there is from the beginning. */
export const OLDEST = 'a1bef0e0-0000-4000-8000-000000000000';

/** The active shares that are more than nothing. */
export function traffic({ deployments }: Account): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(deployments[0]?.shares ?? {})
      .filter(([, percentage]) => percentage > 0)
      .toSorted(),
  );
}

/** What a read is answered with; null: there is no such thing. */
export function answerRead(account: Account, path: string): Json {
  const [, part = '', id] =
    /\/workers\/(?:scripts|services)\/acme(?:\/(\w+))?(?:\/([\w-]+))?$/.exec(path) ?? [];
  if (!account.exists) return null;
  switch (part) {
    case 'deployments':
      return { deployments: seen(account, account.deployments).map(deploymentAnswer) };
    case 'versions': {
      const versions = account.versions.map((version, index) => versionAnswer(version, index + 1));
      if (id !== undefined) return versions.find((version) => version['id'] === id) ?? null;
      return { items: versions.slice(0, seen(account, account.versions).length).toReversed() };
    }
    case 'settings': {
      const newest = account.versions.at(-1);
      return {
        bindings: [],
        annotations: newest?.annotations ?? {},
        compatibility_date: '2026-02-01',
        compatibility_flags: [],
        tags: [],
        logpush: account.logpush.value,
      };
    }
    case 'subdomain':
      return { enabled: account.workersDev.value, previews_enabled: account.workersDev.value };
    case 'schedules':
      return { schedules: account.crons.value.map((cron) => ({ cron })) };
    default:
      return {};
  }
}

/** Carries out a write of the run, and gives its answer. */
export function answerWrite(account: Account, method: string, path: string, body: JsonObject): Json {
  const [, part = ''] = /\/workers\/scripts\/acme(?:\/([\w-]+))?$/.exec(path) ?? [];
  switch (`${method} ${part}`) {
    case 'put ':
    case 'post versions':
      return upload(account, body, part === '');
    case 'post deployments':
      return deploymentAnswer(addDeployment(account, { by: 'ours', ...sharesOf(body) }));
    case 'put schedules':
      account.crons = {
        value: (body as unknown as { cron: string }[]).map(({ cron }) => cron),
        by: 'ours',
      };
      return {};
    case 'patch script-settings':
      account.logpush = { value: body['logpush'] === true, by: 'ours' };
      return {};
    case 'post subdomain':
      account.workersDev = { value: body['enabled'] === true, by: 'ours' };
      return {};
    default:
      throw new Error(`no such write: ${method} ${path}`);
  }
}

function upload(account: Account, body: JsonObject, atOnce: boolean): Json {
  const metadata = JSON.parse(String(body['metadata'])) as {
    readonly annotations: Record<string, string>;
    readonly logpush?: boolean;
  };
  const { annotations } = metadata;
  const code = readMarker(annotations)?.code ?? null;
  const id = addVersion(account, { by: 'ours', content: code, annotations });
  if (atOnce) {
    addDeployment(account, { by: 'ours', shares: { [id]: 100 }, annotations });
    account.logpush = { value: metadata.logpush === true, by: 'ours' };
  }
  return { id, deployment_id: id };
}

function sharesOf(body: JsonObject): Pick<Deployment, 'shares' | 'annotations'> {
  const { versions, annotations } = body as unknown as {
    readonly versions: readonly { readonly version_id: string; readonly percentage: number }[];
    readonly annotations: Record<string, string>;
  };
  return { annotations, shares: Object.fromEntries(versions.map((of) => [of.version_id, of.percentage])) };
}

function seen<T extends { readonly at: number; readonly by: By }>(
  { now, lagMs }: Account,
  all: readonly T[],
): readonly T[] {
  return lagMs === 0 ? all : all.filter(({ at, by }) => by === 'before' || at <= now - lagMs);
}

function deploymentAnswer({ id, by, at, shares, annotations }: Deployment): JsonObject {
  return {
    id,
    created_on: new Date(at).toISOString(),
    source: 'api',
    author_email: `${by}@example.com`,
    annotations,
    versions: Object.entries(shares).map(([version_id, percentage]) => ({ version_id, percentage })),
  };
}

function versionAnswer({ id, by, at, annotations }: Version, number: number): JsonObject {
  return {
    id,
    number,
    metadata: { created_on: new Date(at).toISOString(), author_email: `${by}@example.com` },
    annotations,
    resources: {
      bindings: [],
      script: { etag: `etag of ${id}` },
      script_runtime: { compatibility_date: '2026-02-01', compatibility_flags: [] },
    },
  };
}
