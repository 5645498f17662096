import { observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readJson } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { readCrons } from '../../rules/triggers/crons.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import type { ScriptDocument } from '../../store/model/scripts.ts';
import { findScript, pathScriptKey } from '../scripts/find.ts';

const PATH = '/accounts/:account_id/workers/scripts/:script_name/schedules';

/** Cron triggers of a Worker. */
export const scheduleResource: Resource = {
  product: 'Cron triggers',
  endpoints: [
    endpoint(`GET ${PATH}`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success({ schedules: toWire(findScript(call)) }),
    ),
    endpoint(`PUT ${PATH}`, { known: 'observed', permission: P.scriptsWrite }, async (call) => {
      findScript(call);
      const crons = readCrons(await readJson(call));
      if (call.account.subdomain === null) throw failure('noSubdomain');
      const now = call.clock.now().toISOString();
      const script = call.store.write((tx) => {
        const before = findScript(call, tx);
        const others = tx
          .list('script', call.account.id)
          .filter((candidate) => candidate.name !== before.name);
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
  ],
  behaviours: [
    observed(
      'A cron that cannot be parsed or is listed twice: 10100, and the old list stays. Day of week is 1 to 7.',
    ),
    observed('The account’s quota of 5 or 250: 10072. No workers.dev subdomain: 10063.'),
  ],
};

function toWire(script: ScriptDocument): { cron: string; created_on: string; modified_on: string }[] {
  return script.schedules.map(({ cron, createdOn, modifiedOn }) => ({
    cron,
    created_on: createdOn,
    modified_on: modifiedOn,
  }));
}
