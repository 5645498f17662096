import { bundleNeeds } from '../../bundle/check/bundle-needs.ts';
import { checkBundle } from '../../bundle/check/check-bundle.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Release } from '../plan.ts';
import type { Problem } from '../../sections/problem.ts';

/** What Cloudflare would refuse about the bundle: exports and handlers the configuration names, size. */
export function checkReleaseBundle({ release }: { readonly release: Release }): readonly Problem[] {
  return bundleFindings(release)
    .filter(({ severity }) => severity === 'error')
    .map((finding) => ({ code: 'BUNDLE_INVALID', finding }));
}

/** Everything there is to say about the bundle, warnings included. */
export function bundleFindings({ worker, bundle }: Release): readonly Finding[] {
  return bundle === null ? [] : checkBundle(bundle, bundleNeeds(worker));
}
