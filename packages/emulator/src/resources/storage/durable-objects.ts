import { endpoint } from '../../api/endpoint.ts';
import type { Endpoint } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';

/** Durable Object namespaces of an account. */
export const durableObjectEndpoints: Endpoint[] = [
  endpoint(
    'GET /accounts/:account_id/workers/durable_objects/namespaces',
    { permission: P.scriptsRead, query: ['page', 'per_page'] },
    (call) => {
      const all = call.store.list('script', call.account.id).flatMap((script) =>
        script.durableObjectNamespaces.map(({ id, className, sqlite }) => ({
          id,
          name: `${script.name}_${className}`,
          script: script.name,
          class: className,
          use_sqlite: sqlite,
          ...(script.dispatchNamespace === null ? {} : { dispatch_namespace: script.dispatchNamespace }),
        })),
      );
      const { items, info } = paginate(all, call.query, 20, 1000);
      return success(items, { resultInfo: info });
    },
  ),
];
