import { compact } from '../json.ts';
import type { Release } from '../store/release.ts';
import type { Place } from './selection/selection.ts';

/** Where the targets of a release are, as the commands for one tenant take it. */
export function placeOf({ environment, rollout }: Release): Place {
  const { dispatchNamespace } = rollout.deploy;
  return { env: environment ?? '', ...compact({ dispatchNamespace: dispatchNamespace ?? undefined }) };
}
