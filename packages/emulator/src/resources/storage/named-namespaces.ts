import { assumedCode, documented } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import type { FailureName } from '../../api/failures.ts';
import { optionalString, readObject, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Endpoint, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { keyOf } from '../../store/documents.ts';
import type { NamedNamespaceDocument } from '../../store/model/storage.ts';
import type { JsonObject } from '../../json.ts';

/** A product whose namespaces are found by name. */
interface Product {
  kind: NamedNamespaceDocument['kind'];
  path: `/${string}`;
  read: string;
  write: string;
  missing: FailureName;
  /** Names of what every account has without making it. */
  given: readonly string[];
}

const AI_SEARCH: Product = {
  kind: 'ai-search',
  path: '/accounts/:account_id/ai-search/namespaces',
  read: P.aiSearchRead,
  write: P.aiSearchWrite,
  missing: 'aiSearchNotFound',
  // Source: page "AI Search: Namespaces".
  given: ['default'],
};
const AGENT_MEMORY: Product = {
  kind: 'agent-memory',
  path: '/accounts/:account_id/agent-memory/namespaces',
  read: P.agentMemoryRead,
  write: P.agentMemoryWrite,
  missing: 'agentMemoryNotFound',
  given: [],
};

/** Source: the published operation "Get a namespace" of agent memory; at most 32 characters. */
const NAME = /^(?=.{1,32}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Namespaces that AI Search and agent memory bindings name. They hold nothing here. */
export const namedNamespaceResource: Resource = {
  product: 'AI Search and agent memory',
  endpoints: [AI_SEARCH, AGENT_MEMORY].flatMap(endpointsOf),
  behaviours: [
    documented('Namespaces are found by name; every account has the AI Search namespace `default`.'),
    documented('An absent agent memory namespace: 1003.'),
    assumedCode(
      'ai-search-missing-code',
      'An absent AI Search namespace: 7002 with HTTP 404.',
      'aiSearchNotFound',
      [404, 1003],
    ),
    assumedCode(
      'named-namespace-bad-name-code',
      'A bad or taken name: 10021.',
      'badNamespaceName',
      [400, 10026],
    ),
  ],
};

function endpointsOf(product: Product): Endpoint[] {
  const { kind, path, read, write } = product;
  return [
    endpoint(
      `GET ${path}`,
      { known: 'client source', permission: read, query: ['page', 'per_page'] },
      (call) => {
        const { items, info } = paginate(all(call, product), call, 20, 100);
        return success(items.map(toWire), { resultInfo: info });
      },
    ),
    endpoint(`POST ${path}`, { known: 'client source', permission: write }, async (call) => {
      const body = await readObject(call, kind === 'ai-search' ? ['name', 'description'] : ['name']);
      const name = requiredString(body, 'name', 'badNamespaceName');
      if (!NAME.test(name)) throw failure('badNamespaceName', 'The name of the namespace is not valid.');
      const now = call.clock.now().toISOString();
      const created: NamedNamespaceDocument = {
        accountId: call.account.id,
        kind,
        id: call.ids.uuid(),
        name,
        description: optionalString(body, 'description', 'badNamespaceName') ?? null,
        createdOn: now,
        modifiedOn: now,
      };
      call.store.write((tx) => {
        if (all(call, product).some((other) => other.name === name))
          throw failure('badNamespaceName', `There is a namespace '${name}' already.`);
        tx.put('namedNamespace', keyOf(call.account.id, kind, name), created);
      });
      return success(toWire(created), { status: 201 });
    }),
    endpoint(`GET ${path}/:namespace_name`, { known: 'observed', permission: read }, (call) =>
      success(toWire(find(call, product))),
    ),
    endpoint(`DELETE ${path}/:namespace_name`, { known: 'client source', permission: write }, (call) => {
      const { name } = find(call, product);
      if (product.given.includes(name)) throw failure('badNamespaceName', `'${name}' cannot be deleted.`);
      call.store.write((tx) => tx.delete('namedNamespace', keyOf(call.account.id, kind, name)));
      return success({});
    }),
  ];
}

function all(call: Call, { kind, given }: Product): NamedNamespaceDocument[] {
  const { id: accountId, createdOn } = call.account;
  return [
    ...given.map((name) => {
      const times = { createdOn, modifiedOn: createdOn };
      return { accountId, kind, id: name, name, description: null, ...times };
    }),
    ...call.store.list('namedNamespace', accountId, kind),
  ];
}

function find(call: Call, product: Product): NamedNamespaceDocument {
  const name = param(call, 'namespace_name');
  const found = all(call, product).find((namespace) => namespace.name === name);
  if (found === undefined) throw failure(product.missing);
  return found;
}

function toWire({ kind, id, name, description, createdOn, modifiedOn }: NamedNamespaceDocument): JsonObject {
  return kind === 'ai-search'
    ? { name, description, created_at: createdOn }
    : { id, name, created_at: createdOn, updated_at: modifiedOn };
}
