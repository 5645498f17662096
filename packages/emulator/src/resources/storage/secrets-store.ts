import { failure } from '../../api/errors.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { keyOf } from '../../store/documents.ts';
import type { SecretsStoreDocument } from '../../store/model.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/secrets_store/stores';
const PAGING = ['page', 'per_page', 'direction', 'order', 'search', 'scopes'];

/** Secrets Store, to read. Stores and secrets are seeded. */
export const secretsStoreResource: Resource = {
  product: 'Secrets Store',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'documentation', permission: P.secretsStoreRead, query: PAGING },
      (call) => {
        const { items, info } = paginate(call.store.list('secretsStore', call.account.id), call.query, 20);
        return success(items.map(storeToWire), { resultInfo: info });
      },
    ),
    endpoint(`GET ${BASE}/:store_id`, { known: 'documentation', permission: P.secretsStoreRead }, (call) =>
      success(storeToWire(findStore(call))),
    ),
    endpoint(
      `GET ${BASE}/:store_id/secrets`,
      { known: 'documentation', permission: P.secretsStoreRead, query: PAGING },
      (call) => {
        const store = findStore(call);
        const { items, info } = paginate(store.secrets, call.query, 20);
        return success(
          items.map((secret) => secretToWire(store, secret)),
          { resultInfo: info },
        );
      },
    ),
    endpoint(
      `GET ${BASE}/:store_id/secrets/:secret_id`,
      { known: 'documentation', permission: P.secretsStoreRead },
      (call) => {
        const store = findStore(call);
        const secret = store.secrets.find(({ id }) => id === param(call, 'secret_id'));
        if (secret === undefined) throw failure('secretsStoreSecretNotFound');
        return success(secretToWire(store, secret));
      },
    ),
  ],
  behaviours: [],
};

function findStore(call: Call): SecretsStoreDocument {
  const store = call.store.get('secretsStore', keyOf(call.account.id, param(call, 'store_id')));
  if (store === undefined) throw failure('secretsStoreNotFound');
  return store;
}

function storeToWire({ id, name, createdOn, modifiedOn, accountId }: SecretsStoreDocument): JsonObject {
  return { id, name, created: createdOn, modified: modifiedOn, account_id: accountId };
}

function secretToWire(
  store: SecretsStoreDocument,
  secret: SecretsStoreDocument['secrets'][number],
): JsonObject {
  return {
    id: secret.id,
    name: secret.name,
    store_id: store.id,
    status: 'active',
    scopes: secret.scopes,
    comment: secret.comment,
    created: secret.createdOn,
    modified: secret.modifiedOn,
  };
}
