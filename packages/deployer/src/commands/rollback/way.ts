import type { Artifact } from '../../artifacts/artifact.ts';
import type { RollbackError } from '../../errors.ts';
import type { Ancestor } from './ancestor.ts';
import { impossible } from './named-version.ts';

/** How a rollback is carried out. */
export type Way =
  | { readonly kind: 'promote' }
  /** The kept upload is sent again as a new version; `why`: what makes that needed, as sentences. */
  | { readonly kind: 'upload'; readonly artifact: Artifact; readonly why: readonly string[] };

/** A binding of the older version whose resource is gone. */
export interface GoneResource {
  readonly name: string;
  /** `KV namespace 0f2c…`. */
  readonly what: string;
  /** Today's version binds something of that kind, and that name, that is there. */
  readonly replaced: boolean;
}

/** Everything that decides it. */
export interface WayFacts {
  readonly ancestor: Ancestor;
  /** Why no old code can be live, whatever is done; null when nothing forbids it. */
  readonly forbidden: string | null;
  readonly dispatched: boolean;
  /** Secrets that it had and that are not there today. */
  readonly lost: readonly string[];
  /** Of those, the ones with a value here. */
  readonly atHand: readonly string[];
  /** Secrets there are today that it did not have. */
  readonly gained: readonly string[];
  /** Whether a secret was put or deleted since; `perhaps`: a version was made elsewhere, which may have. */
  readonly touched: 'yes' | 'no' | 'perhaps';
  readonly gone: readonly GoneResource[];
  /** Its upload; null when none is kept. */
  readonly artifact: Artifact | null;
  /** It shall run with the secrets it was uploaded with. */
  readonly force: boolean;
}

/**
 * Decides how to go back, or that one cannot. Today's secrets stay, unless somebody insists: so where one changed since,
 * and where Cloudflare no longer deploys the version, its upload is sent again. Pure.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE with the reason and what to do
 */
export function decideWay(facts: WayFacts): Way {
  const { ancestor, forbidden, gone, lost, atHand, artifact } = facts;
  if (forbidden !== null) {
    throw impossible(
      ancestor.name,
      forbidden,
      'Fix forward: deploy a new version that works with the classes as they are now.',
    );
  }
  const missing = gone.filter(({ replaced }) => !replaced);
  if (missing.length > 0) {
    const what = missing.map((one) => `${one.name} (${one.what})`).join(', ');
    throw impossible(
      ancestor.name,
      `what it binds is gone: ${what}.`,
      'Make the resource again under its name, or fix forward: what was in it does not come back with a version.',
    );
  }
  const why = reasons(facts);
  if (why.length === 0) return { kind: 'promote' };
  const unknown = lost.filter((name) => !atHand.includes(name));
  if (!facts.force && unknown.length > 0) {
    const many = unknown.length > 1;
    throw impossible(
      ancestor.name,
      `the ${many ? 'secrets' : 'secret'} ${unknown.join(', ')}, which it had, ${many ? 'were' : 'was'} deleted since.`,
      `Put ${many ? 'them' : 'it'} into the tenant's .env file or the environment, and the rollback brings ${many ? 'them' : 'it'} along; or repeat with --force: the version then runs with the secrets it was uploaded with.`,
    );
  }
  if (artifact === null) throw notKept(facts, why);
  return { kind: 'upload', artifact, why };
}

function reasons({ ancestor, dispatched, gone, ...facts }: WayFacts): readonly string[] {
  const secrets = dispatched || facts.force ? null : secretsReason(facts);
  return [
    ...(dispatched ? ['A dispatch namespace keeps no versions.'] : []),
    ...(dispatched || ancestor.usable ? [] : [`${NOT_USABLE}.`]),
    ...(secrets === null ? [] : [`${secrets}; they stay as they are today.`]),
    ...(gone.length > 0
      ? [`What it binds as ${gone.map(({ name }) => name).join(', ')} is gone; it gets what is bound today.`]
      : []),
  ];
}

function secretsReason({
  lost,
  gained,
  touched,
  artifact,
}: Pick<WayFacts, 'lost' | 'gained' | 'touched' | 'artifact'>): string | null {
  const names = [...lost, ...gained];
  if (names.length > 0) return `Secrets changed since (${names.join(', ')})`;
  if (touched === 'yes') return 'A secret changed since';
  // Where nothing is kept, it is left to Cloudflare to say so.
  return touched === 'perhaps' && artifact !== null
    ? 'Somebody made a version elsewhere since, which may have changed a secret'
    : null;
}

const NOT_USABLE = 'It is not among the newest 100 versions, which are all Cloudflare deploys';

function notKept({ ancestor, dispatched, gone }: WayFacts, why: readonly string[]): RollbackError {
  const secretsOnly = ancestor.usable && !dispatched && gone.length === 0;
  const commit =
    ancestor.commit === null
      ? 'Deploy the sources it was made from'
      : `Check its commit out and deploy it (git switch --detach ${ancestor.commit.slice(0, 12)})`;
  return impossible(
    ancestor.name,
    `${why.join(' ')} Its upload would have to be sent again, and none is at hand.`,
    `${commit}: the code then gets today's secrets.${secretsOnly ? ' Or repeat with --force: the version then runs with the secrets it was uploaded with.' : ''}`,
  );
}
