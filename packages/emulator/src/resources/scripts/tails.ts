import { clientSource } from '../../api/behaviour.ts';
import { readObject } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { keyOf } from '../../store/documents.ts';
import type { TailDocument } from '../../store/model/scripts.ts';
import { readTailFilters } from '../../doors/tail-filters.ts';
import { findScript } from './find.ts';
import type { JsonObject } from '../../json.ts';

const PATH = '/accounts/:account_id/workers/scripts/:script_name/tails';
const LIFETIME_MS = 6 * 60 * 60 * 1000;

/** Log followers. The URL is a WebSocket of the emulator's HTTP door. */
export const tailResource: Resource = {
  product: 'Tails',
  endpoints: [
    endpoint(`POST ${PATH}`, { known: 'documentation', permission: P.tailRead }, async (call) => {
      const { name } = findScript(call);
      const empty = call.request.headers.get('content-length') === '0' || call.request.body === null;
      const filters = empty ? [] : readTailFilters((await readObject(call, ['filters']))['filters']);
      const tail: TailDocument = {
        accountId: call.account.id,
        scriptName: name,
        id: call.ids.hex(),
        expiresAt: new Date(call.clock.now().getTime() + LIFETIME_MS).toISOString(),
        filters,
      };
      call.store.write((tx) => tx.put('tail', keyOf(call.account.id, name, tail.id), tail));
      return success(toWire(call, tail));
    }),
    endpoint(`GET ${PATH}`, { known: 'documentation', permission: P.tailRead }, (call) => {
      const now = call.clock.now().toISOString();
      const tails = call.store.list('tail', call.account.id, findScript(call).name);
      return success(tails.filter(({ expiresAt }) => expiresAt > now).map((tail) => toWire(call, tail)));
    }),
    endpoint(`DELETE ${PATH}/:id`, { known: 'documentation', permission: P.tailRead }, (call) => {
      call.store.write((tx) =>
        tx.delete('tail', keyOf(call.account.id, findScript(call).name, param(call, 'id'))),
      );
      return success(null);
    }),
  ],
  behaviours: [
    clientSource('The URL is a WebSocket of the HTTP door.'),
    clientSource(
      'Filters by outcome, text, version and sampling rate are applied; those by method, header and address answer 501.',
    ),
  ],
};

function toWire(call: Call, tail: TailDocument): JsonObject {
  const url = `${call.publicUrl().replace(/^http/, 'ws')}/__cf-deploy/tails/${tail.id}`;
  return { id: tail.id, url, expires_at: tail.expiresAt };
}
