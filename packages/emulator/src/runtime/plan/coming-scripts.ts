import type { RuntimeView } from '../contract.ts';
import type { AwakeScript } from './plan-instance.ts';
import { refKey } from './worker-name.ts';

/** A script with a version that nobody may have asked for yet. */
export interface ComingScript extends AwakeScript {
  readonly versionId: string;
}

/** A version made within so many milliseconds is expected to be asked for. */
const COMING_MS = 10_000;

/**
 * Scripts of an account, or of one of its namespaces, that somebody just uploaded a version of: whoever deploys many asks
 * each of them next whether it is well. Newest first.
 * @param now Milliseconds since 1970, of the clock the documents are stamped with.
 */
export function comingScripts(
  view: Pick<RuntimeView, 'scripts'>,
  accountId: string,
  dispatchNamespace: string | null,
  now: number,
): ComingScript[] {
  return [...view.scripts(accountId)]
    .filter((script) => script.dispatchNamespace === dispatchNamespace)
    .flatMap(({ name, versions }) => {
      const newest = versions.at(-1);
      if (newest === undefined) return [];
      const at = Date.parse(newest.createdOn);
      return [{ script: { name, dispatchNamespace, previews: [], versionId: newest.id }, at }];
    })
    .filter(({ at }) => at <= now && now - at < COMING_MS)
    .toSorted((one, other) => other.at - one.at)
    .map(({ script }) => script);
}

/** The scripts of both lists, each once; of the second no more than make `most` in all. */
export function withComing(
  awake: readonly AwakeScript[],
  coming: readonly AwakeScript[],
  most: number,
): readonly AwakeScript[] {
  const known = new Set(awake.map(refKey));
  const added = coming.filter((script) => !known.has(refKey(script)));
  return [...added.slice(0, Math.max(0, most - awake.length)), ...awake];
}
