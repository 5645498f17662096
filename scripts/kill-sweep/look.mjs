import { ACCOUNT } from './world.mjs';

const NOTHING = {
  exists: false,
  versions: [],
  deployments: 0,
  shares: [],
  revision: null,
  crons: [],
  logpush: false,
};

/** What is really there of a Worker, from the embedded Cloudflare's own documents. */
export function look({ admin }, name) {
  const script = admin.scripts(ACCOUNT).find((each) => each.name === name);
  if (script === undefined) return NOTHING;
  const shares = (script.deployments[0]?.versions ?? []).filter(({ percentage }) => percentage > 0);
  const live = script.versions.find(({ id }) => id === shares[0]?.versionId);
  return {
    exists: true,
    versions: script.versions.map(({ id }) => id),
    deployments: script.deployments.length,
    shares: shares.map(({ versionId, percentage }) => ({ versionId, percentage })),
    revision: live?.bindings.find((binding) => binding.name === 'REV')?.text ?? null,
    crons: script.schedules.map(({ cron }) => cron),
    logpush: script.settings.logpush,
  };
}
