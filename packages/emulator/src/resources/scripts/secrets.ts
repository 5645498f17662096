import { assumed, clientSource, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, refuseUnknown } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Endpoint, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { readBindings } from '../../bindings/read.ts';
import { isSecret } from '../../bindings/targets.ts';
import { checkVariables } from '../../rules/bindings/variables.ts';
import type { ScriptDocument, StoredBinding } from '../../store/model/scripts.ts';
import { nextVersion, withLiveVersion } from '../../upload/apply.ts';
import { bindingsToWire } from '../../bindings/wire.ts';
import { findScript, newestIsLive, newestVersion, pathScriptKey } from './find.ts';
import { compact, isObject } from '../../json.ts';
import type { Json } from '../../json.ts';

/** Whether the version a changed secret makes is deployed. */
const SECRET_IS_LIVE = assumed(
  'secret-is-live',
  'A changed secret is live at once.',
  'It makes a version that is not deployed.',
);

/** Secret endpoints below a script path: of accounts, and of dispatch namespaces. */
export function secretEndpointsAt(base: `/${string}`): Endpoint[] {
  return [
    endpoint(`GET ${base}/secrets`, { known: 'observed', permission: P.scriptsRead }, (call) => {
      const script = findScript(call);
      const secrets = newestVersion(script).bindings.filter(isSecret);
      return success(bindingsToWire(secrets, script, call.store));
    }),
    endpoint(
      `GET ${base}/secrets/:secret_name`,
      { known: 'documentation', permission: P.scriptsRead, query: ['url_encoded'] },
      (call) => {
        const script = findScript(call);
        const secret = newestVersion(script).bindings.find(
          (binding) => isSecret(binding) && binding.name === param(call, 'secret_name'),
        );
        if (secret === undefined) throw failure('secretNotFound');
        return success(bindingsToWire([secret], script, call.store)[0]);
      },
    ),
    endpoint(`PUT ${base}/secrets`, { known: 'observed', permission: P.scriptsWrite }, async (call) => {
      findScript(call);
      const secret = readSecret(
        await readObject(call, [
          'name',
          'text',
          'type',
          'algorithm',
          'format',
          'usages',
          'key_base64',
          'key_jwk',
        ]),
      );
      const script = changeSecrets(call, new Map([[secret.name, secret]]));
      return success(bindingsToWire([secret], script, call.store)[0]);
    }),
    endpoint(`PATCH ${base}/secrets-bulk`, { known: 'observed', permission: P.scriptsWrite }, patchBulk),
    endpoint(
      `DELETE ${base}/secrets/:secret_name`,
      { known: 'observed', permission: P.scriptsWrite, query: ['url_encoded'] },
      (call) => {
        const name = param(call, 'secret_name');
        if (
          !newestVersion(findScript(call)).bindings.some(
            (binding) => isSecret(binding) && binding.name === name,
          )
        ) {
          throw failure('secretNotFound');
        }
        changeSecrets(call, new Map([[name, null]]));
        return success(null);
      },
    ),
  ];
}

/** Secrets of a Worker. Each change makes a version that is live at once. */
export const secretResource: Resource = {
  product: 'Secrets',
  endpoints: secretEndpointsAt('/accounts/:account_id/workers/scripts/:script_name'),
  behaviours: [
    documented('Each change makes a version. Values are never returned.'),
    SECRET_IS_LIVE,
    clientSource(
      'While the newest version is not deployed: 10215; `versions/latest` patches it without deploying.',
    ),
    observed('A variable of the same name: 10053. Deleting an unknown one: 10056.'),
  ],
};

/**
 * The bindings after secrets were put (a binding) or deleted (`null`).
 * @throws 10053 when a variable has the name already, 10055 when there are too many.
 */
export function mergeSecrets(
  bindings: readonly StoredBinding[],
  changes: ReadonlyMap<string, StoredBinding | null>,
  plan: 'free' | 'paid',
): StoredBinding[] {
  const taken = bindings.find(
    (binding) => !isSecret(binding) && (changes.get(binding.name) ?? null) !== null,
  );
  if (taken !== undefined) throw failure('bindingNameTaken', `Binding name '${taken.name}' already in use.`);
  const kept = bindings.filter((binding) => !(isSecret(binding) && changes.has(binding.name)));
  const merged = [...kept, ...[...changes.values()].filter((secret) => secret !== null)];
  checkVariables(merged, plan);
  return merged;
}

/** Reads one secret of a request. @throws 10021, 10052 */
export function readSecret(value: Json | undefined, name?: string): StoredBinding {
  if (!isObject(value)) throw failure('invalidRequest', 'A secret must be an object.');
  const [secret] = readBindings([{ type: 'secret_text', ...compact({ name }), ...value }]);
  if (secret === undefined || !isSecret(secret)) {
    throw failure('invalidRequest', 'The type of a secret must be secret_text or secret_key.');
  }
  return secret;
}

async function patchBulk(call: Call): Promise<Response> {
  findScript(call);
  const body = await readObject(call, ['secrets', 'version_tags']);
  if (!isObject(body['secrets'])) throw failure('invalidRequest', 'secrets must be an object.');
  const changes = new Map<string, StoredBinding | null>();
  for (const [name, value] of Object.entries(body['secrets'])) {
    if (isObject(value))
      refuseUnknown(value, [
        'name',
        'text',
        'type',
        'algorithm',
        'format',
        'usages',
        'key_base64',
        'key_jwk',
      ]);
    changes.set(name, value === null ? null : readSecret(value, name));
  }
  const script = changeSecrets(call, changes);
  const secrets = bindingsToWire(newestVersion(script).bindings.filter(isSecret), script, call.store);
  return success(Object.fromEntries(secrets.map((secret) => [secret['name'], secret])));
}

/** @throws 10215 while the newest version is not deployed. */
function changeSecrets(call: Call, changes: ReadonlyMap<string, StoredBinding | null>): ScriptDocument {
  return call.store.write((tx) => {
    const script = findScript(call, tx);
    const base = newestVersion(script);
    if (!newestIsLive(script)) throw failure('secretNotDeployed');
    const bindings = mergeSecrets(base.bindings, changes, call.account.plan);
    const version = nextVersion(call, base, script, {
      bindings,
      annotations: { 'workers/triggered_by': 'secret' },
    });
    const after: ScriptDocument = {
      ...(call.assumptions.hold(SECRET_IS_LIVE)
        ? withLiveVersion(call, script, version, 'secret')
        : { ...script, versions: [...script.versions, version] }),
      secretChanges: [
        ...script.secretChanges,
        ...[...changes.keys()].map((name) => ({ name, at: version.createdOn })),
      ],
    };
    tx.put('script', pathScriptKey(call), after);
    return after;
  });
}
