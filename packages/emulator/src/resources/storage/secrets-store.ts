import { clientSource } from '../../api/behaviour.ts';
import { optionalString, readJson, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { compact, isObject } from '../../json.ts';
import type { Reader } from '../../store/store.ts';
import { failure } from '../../api/errors.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { keyOf } from '../../store/documents.ts';
import type { SecretsStoreDocument } from '../../store/model/storage.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/secrets_store/stores';
const PAGING = ['page', 'per_page', 'direction', 'order', 'search', 'scopes'];

/** Secrets Store: stores and their secrets. */
export const secretsStoreResource: Resource = {
  product: 'Secrets Store',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'documentation', permission: P.secretsStoreRead, query: PAGING },
      (call) => {
        const { items, info } = paginate(call.store.list('secretsStore', call.account.id), call, 20);
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
        const search = call.query.get('search') ?? '';
        const found = store.secrets.filter(({ name }) => name.includes(search));
        const { items, info } = paginate(found, call, 20);
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
        return success(secretToWire(store, findSecret(call, store)));
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'client source', permission: P.secretsStoreWrite }, createStore),
    endpoint(
      `DELETE ${BASE}/:store_id`,
      { known: 'client source', permission: P.secretsStoreWrite },
      (call) => {
        const { id } = findStore(call);
        call.store.write((tx) => tx.delete('secretsStore', keyOf(call.account.id, id)));
        return success(null);
      },
    ),
    endpoint(
      `POST ${BASE}/:store_id/secrets`,
      { known: 'client source', permission: P.secretsStoreWrite },
      createSecrets,
    ),
    endpoint(
      `PATCH ${BASE}/:store_id/secrets/:secret_id`,
      { known: 'client source', permission: P.secretsStoreWrite },
      patchSecret,
    ),
    endpoint(
      `DELETE ${BASE}/:store_id/secrets/:secret_id`,
      { known: 'client source', permission: P.secretsStoreWrite },
      (call) => {
        const { id } = findSecret(call, findStore(call));
        changeSecrets(call, (secrets) => secrets.filter((secret) => secret.id !== id));
        return success(null);
      },
    ),
    endpoint(
      `POST ${BASE}/:store_id/secrets/:secret_id/duplicate`,
      { known: 'client source', permission: P.secretsStoreWrite },
      duplicateSecret,
    ),
  ],
  behaviours: [
    clientSource('Values of secrets are never answered; Workers that bind a secret read it.'),
    clientSource('A store or secret whose name is taken, and a name that is none: 1002.'),
  ],
  notServed: [
    {
      route: 'GET /accounts/:account_id/secrets_store/quota',
      asks: 'the API',
      why: 'Secrets are not counted here.',
    },
  ],
};

type Secret = SecretsStoreDocument['secrets'][number];

/** Source: page "Secrets Store: manage secrets"; no spaces. */
const NAME = /^[^\s]{1,255}$/;
const SECRET_FIELDS = ['name', 'value', 'scopes', 'comment'];

async function createStore(call: Call): Promise<Response> {
  const name = readName(await readObject(call, ['name'], 'secretsStoreBadRequest'));
  const now = call.clock.now().toISOString();
  const store: SecretsStoreDocument = {
    accountId: call.account.id,
    id: call.ids.hex(),
    name,
    createdOn: now,
    modifiedOn: now,
    secrets: [],
  };
  call.store.write((tx) => {
    if (tx.list('secretsStore', call.account.id).some((other) => other.name === name))
      throw failure('secretsStoreBadRequest', `There is a store '${name}' already.`);
    tx.put('secretsStore', keyOf(call.account.id, store.id), store);
  });
  return success(storeToWire(store));
}

async function createSecrets(call: Call): Promise<Response> {
  const list = await readJson(call, 'secretsStoreBadRequest');
  if (!Array.isArray(list) || list.length === 0)
    throw failure('secretsStoreBadRequest', 'The body must be a list of secrets.');
  const created = list.map((item) => {
    if (!isObject(item)) throw failure('secretsStoreBadRequest', 'A secret must be an object.');
    refuseUnknown(item, SECRET_FIELDS);
    const value = requiredString(item, 'value', 'secretsStoreBadRequest');
    return newSecret(call, { value, scopes: [], comment: '', ...readSecret(item), name: readName(item) });
  });
  const store = changeSecrets(call, (secrets) => [...secrets, ...created]);
  return success(created.map((secret) => secretToWire(store, secret)));
}

async function patchSecret(call: Call): Promise<Response> {
  const { id } = findSecret(call, findStore(call));
  const change = readSecret(await readObject(call, ['value', 'scopes', 'comment'], 'secretsStoreBadRequest'));
  const modifiedOn = call.clock.now().toISOString();
  const store = changeSecrets(call, (secrets) =>
    secrets.map((secret) => (secret.id === id ? { ...secret, ...change, modifiedOn } : secret)),
  );
  return success(secretToWire(store, findSecret(call, store)));
}

async function duplicateSecret(call: Call): Promise<Response> {
  const { value, scopes, comment } = findSecret(call, findStore(call));
  const body = await readObject(call, ['name', 'scopes', 'comment'], 'secretsStoreBadRequest');
  const copy = newSecret(call, { value, scopes, comment, ...readSecret(body), name: readName(body) });
  const store = changeSecrets(call, (secrets) => [...secrets, copy]);
  return success(secretToWire(store, copy));
}

function newSecret(call: Call, given: Pick<Secret, 'name' | 'value' | 'scopes' | 'comment'>): Secret {
  const now = call.clock.now().toISOString();
  return { ...given, id: call.ids.hex(), createdOn: now, modifiedOn: now };
}

/** @throws 1002 when two secrets of the store would have one name. */
function changeSecrets(call: Call, edit: (secrets: Secret[]) => Secret[]): SecretsStoreDocument {
  return call.store.write((tx) => {
    const before = findStore(call, tx);
    const secrets = edit(before.secrets);
    const names = secrets.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw failure('secretsStoreBadRequest', `There is a secret '${twice}' in the store already.`);
    const after = { ...before, secrets, modifiedOn: call.clock.now().toISOString() };
    tx.put('secretsStore', keyOf(call.account.id, before.id), after);
    return after;
  });
}

function readName(body: JsonObject): string {
  const name = requiredString(body, 'name', 'secretsStoreBadRequest');
  if (!NAME.test(name)) throw failure('secretsStoreBadRequest', 'The name is not valid.');
  return name;
}

/** What is sent of a secret, its name left out. */
function readSecret(body: JsonObject): Partial<Pick<Secret, 'value' | 'scopes' | 'comment'>> {
  const value = optionalString(body, 'value', 'secretsStoreBadRequest');
  const comment = optionalString(body, 'comment', 'secretsStoreBadRequest');
  const { scopes } = body;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')))
    throw failure('secretsStoreBadRequest', 'scopes must be a list of texts.');
  return compact({ value, comment, scopes });
}

function findSecret(call: Call, store: SecretsStoreDocument): Secret {
  const secret = store.secrets.find(({ id }) => id === param(call, 'secret_id'));
  if (secret === undefined) throw failure('secretsStoreSecretNotFound');
  return secret;
}

function findStore(call: Call, reader: Reader = call.store): SecretsStoreDocument {
  const store = reader.get('secretsStore', keyOf(call.account.id, param(call, 'store_id')));
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
