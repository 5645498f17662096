import { clientSource, documented, observed } from '../../api/behaviour.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';

/** Durable Object namespaces of an account. */
export const durableObjectResource: Resource = {
  product: 'Durable Objects',
  endpoints: [
    endpoint(
      'GET /accounts/:account_id/workers/durable_objects/namespaces',
      { known: 'observed', permission: P.scriptsRead, query: ['page', 'per_page'] },
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
        const { items, info } = paginate(all, call, 20, 1000);
        return success(items, { resultInfo: info });
      },
    ),
  ],
  behaviours: [
    observed('Wrong `old_tag`: 10079, with the current tag in the text.'),
    observed('A binding to a class without namespace: 10061. Code that lost a class with objects: 10064.'),
    observed(
      'A new class that is not exported: 10070. An impossible step: 10074. `new_classes` on the free plan: 10097.',
    ),
    documented('Migrations in a version upload: 10211.'),
    documented('Renames and transfers keep the namespace id and its data; deletions drop the data.'),
    documented(
      'Declarative exports are reconciled at upload; failures are 100402 with every finding in `meta.details`.',
    ),
    clientSource(
      'Exports of a version are reconciled when it is deployed; a split with different exports: 100405; a binding to a class that is not provisioned yet: 100406.',
    ),
    documented(
      'Of the 33 scenarios of a reconciliation 26 are told apart; the others are about containers and cleanup notices.',
    ),
    documented(
      'A class moves when the giver’s `transferred` meets the receiver’s `expecting-transfer`; the namespace stays.',
    ),
    documented('A version from before exports changed classes cannot be deployed any more: 100140.'),
    documented('`migrations` and Durable Object entries in `exports` exclude each other.'),
  ],
};
