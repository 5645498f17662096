import type { Emulator } from '@cf-deploy/emulator';
import { ACCOUNT, blobOf, TENANT, variablesOf, type Wanted } from './wanted.ts';

/** What is really there, read from the embedded Cloudflare's own documents. */
export interface Seen {
  readonly exists: boolean;
  /** Newest last. */
  readonly versions: readonly string[];
  /** Secrets of each of them, in the same order. */
  readonly secrets: readonly Readonly<Record<string, string>>[];
  /** Newest first. */
  readonly deployments: readonly string[];
  readonly shares: readonly { readonly versionId: string; readonly percentage: number }[];
  /** The version with the largest share. */
  readonly live: LiveParts | null;
  readonly crons: readonly string[];
  readonly logpush: boolean;
  readonly workersDev: boolean;
}

interface LiveParts {
  readonly id: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly blob: string;
  readonly secrets: Readonly<Record<string, string>>;
}

const NOTHING: Seen = {
  exists: false,
  versions: [],
  secrets: [],
  deployments: [],
  shares: [],
  live: null,
  crons: [],
  logpush: false,
  workersDev: false,
};

export function look({ admin }: Emulator): Seen {
  const script = admin.scripts(ACCOUNT).find(({ name }) => name === TENANT);
  if (script === undefined) return NOTHING;
  const shares = (script.deployments[0]?.versions ?? []).filter(({ percentage }) => percentage > 0);
  const [largest] = shares.toSorted((a, b) => b.percentage - a.percentage);
  const live = script.versions.find(({ id }) => id === largest?.versionId);
  return {
    exists: true,
    versions: script.versions.map(({ id }) => id),
    secrets: script.versions.map(({ bindings }) => textsOf(bindings, 'secret_text')),
    deployments: script.deployments.map(({ id }) => id),
    shares,
    live:
      live === undefined
        ? null
        : {
            id: live.id,
            variables: textsOf(live.bindings, 'plain_text'),
            blob: live.modules[0]?.blob ?? '',
            secrets: textsOf(live.bindings, 'secret_text'),
          },
    crons: script.schedules.map(({ cron }) => cron).toSorted(),
    logpush: script.settings.logpush,
    workersDev: script.subdomain.enabled,
  };
}

function textsOf(
  bindings: readonly { readonly type: string; readonly name: string; readonly text?: unknown }[],
  type: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    bindings.flatMap((binding) => (binding.type === type ? [[binding.name, String(binding.text)]] : [])),
  );
}

/** Why what is there is not what the files want; null when it is. */
export function missingFrom(seen: Seen, wanted: Wanted): string | null {
  if (!seen.exists || seen.live === null) return 'nothing is live';
  if (seen.shares.length !== 1) return 'the traffic is split';
  if (
    JSON.stringify(seen.live.variables) !== JSON.stringify(sorted(variablesOf(wanted), seen.live.variables))
  )
    return `variables are ${JSON.stringify(seen.live.variables)}`;
  if (seen.live.blob !== blobOf(wanted)) return 'it is other code';
  const lacking = wanted.secrets.find((name) => seen.live?.secrets[name] === undefined);
  if (lacking !== undefined) return `secret ${lacking} is not there`;
  return beyondVersions(seen, wanted);
}

/** The same of what versions do not hold. */
export function beyondVersions(seen: Seen, wanted: Wanted): string | null {
  if (wanted.cron !== null && seen.crons.join() !== wanted.cron)
    return `crons are ${seen.crons.join() || 'none'}`;
  if (seen.logpush !== wanted.logpush) return `logpush is ${seen.logpush}`;
  return seen.workersDev ? null : 'workers.dev is off';
}

/** Whether two looks show the same beside versions and deployments. */
export function sameBeyondVersions(one: Seen, other: Seen): boolean {
  const parts = ({ crons, logpush, workersDev }: Seen): string =>
    JSON.stringify({ crons, logpush, workersDev });
  return parts(one) === parts(other);
}

/** How a report calls what versions do not hold. */
const TOLD_AS = { crons: 'cron', logpush: 'logpush', workersDev: 'workers.dev' } as const;

/**
 * Whether beside versions and deployments all is as somebody left it, but for what the command had set before they came and
 * took back right after: Cloudflare has no "only if". Of what they found as they wanted it they wrote nothing; where they
 * wrote, the report must say that it may have taken theirs.
 *
 * @param leftovers what the report says is left
 */
export function isTakenBackUnder(
  others: { readonly before: Seen; readonly after: Seen },
  { before, after }: { readonly before: Seen; readonly after: Seen },
  leftovers: readonly string[],
): boolean {
  const undone = leftovers.filter((line) => line.startsWith('undone while somebody else deployed'));
  return (['crons', 'logpush', 'workersDev'] as const).every((part) => {
    const isSaid = undone.some((line) => line.includes(TOLD_AS[part]));
    const [was, found, left, is] = [before, others.before, others.after, after].map((seen) =>
      String(seen[part]),
    );
    return is === left || (is === was && found !== was && (left === found || isSaid));
  });
}

export function sameTraffic(one: Seen, other: Seen): boolean {
  const parts = ({ shares }: Seen): string =>
    JSON.stringify(shares.toSorted((a, b) => (a.versionId < b.versionId ? -1 : 1)));
  return parts(one) === parts(other);
}

function sorted(
  wanted: Readonly<Record<string, string>>,
  like: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = [...Object.keys(like).filter((name) => name in wanted), ...Object.keys(wanted)];
  return Object.fromEntries([...new Set(names)].map((name) => [name, wanted[name] ?? '']));
}
