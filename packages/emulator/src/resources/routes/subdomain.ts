import { clientSource, documented } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { isSubdomain } from '../../rules/account/names.ts';
import { findScript, pathScriptKey } from '../scripts/find.ts';

const ACCOUNT = '/accounts/:account_id/workers';
const SCRIPT = `${ACCOUNT}/scripts/:script_name/subdomain` as const;

/** workers.dev: the account's subdomain and each Worker's use of it. */
export const subdomainResource: Resource = {
  product: 'workers.dev',
  endpoints: [
    endpoint(`GET ${ACCOUNT}/subdomain`, { known: 'observed', permission: P.scriptsRead }, (call) => {
      if (call.account.subdomain === null)
        throw failure('workerNotFound', 'The account has no workers.dev subdomain.');
      return success({ subdomain: call.account.subdomain });
    }),
    endpoint(
      `PUT ${ACCOUNT}/subdomain`,
      { known: 'documentation', permission: P.scriptsWrite },
      async (call) => {
        const name = requiredString(await readObject(call, ['subdomain']), 'subdomain', 'invalidRequest');
        if (!isSubdomain(name)) throw failure('invalidRequest', 'The subdomain is not a valid DNS label.');
        call.store.write((tx) => {
          if (call.account.subdomain !== null) throw failure('alreadyHasSubdomain');
          if (tx.list('account').some((account) => account.subdomain === name))
            throw failure('subdomainTaken');
          tx.put('account', call.account.id, { ...call.account, subdomain: name });
        });
        return success({ subdomain: name });
      },
    ),
    endpoint(
      `DELETE ${ACCOUNT}/subdomain`,
      { known: 'documentation', permission: P.scriptsWrite },
      (call) => {
        call.store.write((tx) => tx.put('account', call.account.id, { ...call.account, subdomain: null }));
        return new Response(null, { status: 204 });
      },
    ),
    endpoint(
      `GET ${ACCOUNT}/subdomains/:subdomain`,
      { known: 'documentation', permission: P.scriptsRead },
      (call) => {
        const name = param(call, 'subdomain');
        const taken = call.store.list('account').some((account) => account.subdomain === name);
        throw failure(taken ? 'subdomainTaken' : 'subdomainFree');
      },
    ),
    endpoint(`GET ${SCRIPT}`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success(toWire(findScript(call).subdomain)),
    ),
    endpoint(`POST ${SCRIPT}`, { known: 'observed', permission: P.scriptsWrite }, async (call) => {
      findScript(call);
      const body = await readObject(call, ['enabled', 'previews_enabled']);
      const { enabled, previews_enabled: previews = enabled } = body;
      if (typeof enabled !== 'boolean' || typeof previews !== 'boolean') {
        throw failure('invalidRequest', 'enabled and previews_enabled must be booleans.');
      }
      if (enabled && call.account.subdomain === null) throw failure('noSubdomain');
      return success(toWire(setSubdomain(call, { enabled, previewsEnabled: previews })));
    }),
    endpoint(`DELETE ${SCRIPT}`, { known: 'documentation', permission: P.scriptsWrite }, (call) =>
      success(toWire(setSubdomain(call, { enabled: false, previewsEnabled: false }))),
    ),
  ],
  behaviours: [
    clientSource(
      'No subdomain on the account: 10007 on reading, 10063 on enabling. A second one: 10036. Taken: 10031.',
    ),
    documented('`previews_enabled` left out takes the value of `enabled`; new Workers start disabled.'),
  ],
};

type Subdomain = { enabled: boolean; previewsEnabled: boolean };

function setSubdomain(call: Call, subdomain: Subdomain): Subdomain {
  call.store.write((tx) => tx.put('script', pathScriptKey(call), { ...findScript(call, tx), subdomain }));
  return subdomain;
}

function toWire({ enabled, previewsEnabled }: Subdomain): Record<string, boolean> {
  return { enabled, previews_enabled: previewsEnabled };
}
