import { failure } from '../../api/errors.ts';
import { readJson } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Endpoint } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { readCrons } from '../../rules/triggers/crons.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import type { ScriptDocument } from '../../store/model.ts';
import { findScript, pathScriptKey } from '../scripts/find.ts';

const PATH = '/accounts/:account_id/workers/scripts/:script_name/schedules';

/** Cron triggers of a Worker. */
export const scheduleEndpoints: Endpoint[] = [
  endpoint(`GET ${PATH}`, { permission: P.scriptsRead }, (call) =>
    success({ schedules: toWire(findScript(call)) }),
  ),
  endpoint(`PUT ${PATH}`, { permission: P.scriptsWrite }, async (call) => {
    findScript(call);
    const crons = readCrons(await readJson(call));
    if (call.account.subdomain === null) throw failure('noSubdomain');
    const now = call.clock.now().toISOString();
    const script = call.store.write((tx) => {
      const before = findScript(call, tx);
      const others = tx.list('script', call.account.id).filter((candidate) => candidate.name !== before.name);
      const total = others.reduce((sum, { schedules }) => sum + schedules.length, crons.length);
      checkQuota(call.account.plan, 'crons', total);
      const schedules = crons.map((cron) => {
        const known = before.schedules.find((schedule) => schedule.cron === cron);
        return { cron, createdOn: known?.createdOn ?? now, modifiedOn: now };
      });
      const after = { ...before, schedules };
      tx.put('script', pathScriptKey(call), after);
      return after;
    });
    return success({ schedules: toWire(script) });
  }),
];

function toWire(script: ScriptDocument): { cron: string; created_on: string; modified_on: string }[] {
  return script.schedules.map(({ cron, createdOn, modifiedOn }) => ({
    cron,
    created_on: createdOn,
    modified_on: modifiedOn,
  }));
}
