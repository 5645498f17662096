import { cronOf } from './world.mjs';

/** Why a killed run did not end as its record says; null when it did. */
export function whyNot({ record, files, before, after }, endState) {
  const fresh = after.versions.filter((id) => !before.versions.includes(id));
  const freshLive = fresh.some((id) => after.shares.some(({ versionId }) => versionId === id));
  const beyond = (seen) => JSON.stringify([seen.crons, seen.logpush]);
  const sameBeyond = beyond(after) === beyond(before);
  const whole =
    after.revision === String(files) &&
    after.shares.length === 1 &&
    after.crons.join() === cronOf(files) &&
    after.logpush === (files % 2 === 0);
  switch (endState) {
    case 'untouched':
      return fresh.length === 0 && after.deployments === before.deployments && sameBeyond
        ? null
        : 'something of it is there';
    case 'uploaded':
      return fresh.length > 0 && !freshLive && sameBeyond ? null : 'not only a version of it is there';
    case 'live':
      if (record.kind === 'rollback')
        return after.deployments > before.deployments ? null : 'nothing went back';
      return whole ? null : 'it is not as wanted';
    case 'live-partly':
      if (whole) return 'all of it is there';
      return freshLive || !sameBeyond ? null : 'nothing of it is live';
    case 'unknown':
      return record.steps.some(({ status }) => status === 'started') ? null : 'no step was under way';
    default:
      return 'there is no such end';
  }
}
