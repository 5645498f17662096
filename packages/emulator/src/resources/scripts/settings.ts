import { assumed, clientSource, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, refuseUnknown } from '../../api/body.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { readAnnotations } from '../../rules/versions/annotations.ts';
import { readBindings } from '../../bindings/read.ts';
import { checkTargets } from '../../bindings/targets.ts';
import { resolveInherited } from '../../rules/bindings/inherit.ts';
import { applyMigrations, checkClassesKept, readMigrations } from '../../rules/durable-objects/migrations.ts';
import { checkVariables } from '../../rules/bindings/variables.ts';
import { scriptKey } from '../../store/documents.ts';
import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import { nextVersion, withLiveVersion } from '../../upload/apply.ts';
import { readSettingsForm } from '../../upload/form.ts';
import { classesOf, startScript } from '../../upload/start-script.ts';
import { readTexts } from '../../settings/read-values.ts';
import type { SettingContext } from '../../settings/setting.ts';
import {
  EDITABLE_VERSION_SETTING_NAMES,
  INITIAL_EDITABLE_SETTINGS,
  SCRIPT_SETTING_NAMES,
  needsRestart,
  readScriptSettings,
  readVersionSettings,
  showScriptSettings,
} from '../../settings/settings.ts';
import { settingsToWire } from '../../wire/settings.ts';
import { findScript, newestIsLive, newestVersion, pathScriptKey } from './find.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const SCRIPT = '/accounts/:account_id/workers/scripts/:script_name';
/** What becomes of versioned settings that a patch leaves out. */
const PATCH_KEEPS_SETTINGS = assumed(
  'settings-patch-keeps',
  'Versioned fields left out of `PATCH settings` keep their value.',
  'They go back to their initial value.',
);

/** What a settings patch says about the next version besides settings. */
const VERSION_FIELDS = ['bindings', 'keep_bindings', 'annotations', 'migrations'];

/** The two kinds of settings of a Worker. */
export const settingsResource: Resource = {
  product: 'Settings',
  endpoints: [
    endpoint(`GET ${SCRIPT}/settings`, { known: 'observed', permission: P.scriptsRead }, getSettings),
    endpoint(
      `PATCH ${SCRIPT}/settings`,
      { known: 'observed', permission: P.scriptsWrite },
      patchVersionSettings,
    ),
    endpoint(`GET ${SCRIPT}/script-settings`, { known: 'observed', permission: P.scriptsRead }, (call) =>
      success(showScriptSettings('script-settings', findScript(call).settings)),
    ),
    endpoint(
      `PATCH ${SCRIPT}/script-settings`,
      { known: 'observed', permission: P.scriptsWrite },
      async (call) => {
        findScript(call);
        const patch = readScriptSettings(await readObject(call, SCRIPT_SETTING_NAMES), contextOf(call));
        const script = call.store.write((tx) => {
          const before = findScript(call, tx);
          const after = { ...before, settings: { ...before.settings, ...patch } };
          tx.put('script', pathScriptKey(call), after);
          return after;
        });
        return success(showScriptSettings('script-settings', script.settings));
      },
    ),
  ],
  behaviours: [
    documented('`PATCH settings` makes a live version and never inherits annotations.'),
    observed('Without the form part `settings`: 10201; as JSON: 10001.'),
    PATCH_KEEPS_SETTINGS,
    observed(
      'A settings patch may name a binding by type and name alone to keep it (wrangler’s `secret bulk`).',
    ),
    clientSource('Settings of a newest version that is not deployed: 10214.'),
    documented('`PATCH script-settings` changes in place; `null` clears.'),
  ],
};

/** `GET settings` of an account's or a dispatch namespace's script. */
export function getSettings(call: Call): Response {
  const script = findScript(call);
  return success(settingsToWire(script, newestVersion(script), call.store));
}

/**
 * `PATCH settings`: a new live version when a versioned field is sent; script-level fields change in place. Versioned
 * fields that are not sent keep their value, annotations are never inherited.
 * @throws 10201 without the form part `settings`, 10214 while the newest version is not deployed.
 */
export async function patchVersionSettings(call: Call): Promise<Response> {
  findScript(call);
  const body = await readSettingsForm(call.request);
  const versioned = [...VERSION_FIELDS, ...EDITABLE_VERSION_SETTING_NAMES];
  refuseUnknown(body, [...SCRIPT_SETTING_NAMES, ...versioned], 'settings.');
  return call.mutex.run(pathScriptKey(call), async () => {
    const script = findScript(call);
    const settings = { ...script.settings, ...readScriptSettings(body, contextOf(call)) };
    const changed = versioned.some((field) => body[field] !== undefined)
      ? await withChangedVersion(call, script, body)
      : script;
    const after: ScriptDocument = { ...changed, settings };
    call.store.write((tx) =>
      tx.put('script', scriptKey(script.accountId, script.name, script.dispatchNamespace), after),
    );
    return success(settingsToWire(after, newestVersion(after), call.store));
  });
}

async function withChangedVersion(
  call: Call,
  script: ScriptDocument,
  body: JsonObject,
): Promise<ScriptDocument> {
  if (!newestIsLive(script)) throw failure('settingsNotDeployed');
  const base = newestVersion(script);
  const migrations = readMigrations(body['migrations']);
  const outcome =
    migrations === null
      ? null
      : applyMigrations(migrations, {
          tag: script.migrationTag,
          namespaces: script.durableObjectNamespaces,
          exportedClasses: classesOf(base.shape),
          plan: call.account.plan,
          newId: () => call.ids.hex(),
          findForeign: () => undefined,
        });
  const changes = await changedFields(call, script, base, body);
  const migrated: ScriptDocument = {
    ...script,
    migrationTag: outcome?.tag ?? script.migrationTag,
    durableObjectNamespaces: outcome?.namespaces ?? script.durableObjectNamespaces,
  };
  if (base.format !== 'assets') checkClassesKept(migrated.durableObjectNamespaces, classesOf(base.shape));
  checkTargets(
    changes.bindings ?? base.bindings,
    {
      accountId: script.accountId,
      plan: call.account.plan,
      scriptName: script.name,
      dispatchNamespace: script.dispatchNamespace,
      durableObjectNamespaces: migrated.durableObjectNamespaces,
      mayBindItself: true,
      declaredClasses: [],
    },
    call.store,
  );
  return withLiveVersion(call, migrated, nextVersion(call, base, migrated, changes), 'settings');
}

async function changedFields(
  call: Call,
  script: ScriptDocument,
  base: VersionDocument,
  body: JsonObject,
): Promise<Partial<VersionDocument>> {
  const changes: Partial<VersionDocument> = {
    annotations: readAnnotations(body['annotations'], 'version', script.name, call.assumptions),
  };
  if (body['bindings'] !== undefined) {
    const keep = readTexts('keep_bindings', body['keep_bindings'] ?? []);
    changes.bindings = resolveInherited(readBindings(withBareInherited(body['bindings'], base)), keep, {
      versions: script.versions,
      strict: true,
      versionOnly: false,
    });
    checkVariables(changes.bindings, call.account.plan);
  }
  if (!call.assumptions.hold(PATCH_KEEPS_SETTINGS)) Object.assign(changes, INITIAL_EDITABLE_SETTINGS);
  Object.assign(changes, readVersionSettings(body, contextOf(call)));
  if (needsRestart(changes)) changes.shape = await startAgain(call, base, changes);
  return changes;
}

/**
 * A settings patch may name a binding by type and name alone to keep it as it is (wrangler's `secret bulk` does).
 */
function withBareInherited(bindings: Json | undefined, base: VersionDocument): Json | undefined {
  if (!Array.isArray(bindings)) return bindings;
  return bindings.map((binding) => {
    if (!isObject(binding) || Object.keys(binding).length !== 2) return binding;
    const known = base.bindings.some(
      ({ name, type }) => name === binding['name'] && type === binding['type'],
    );
    return known ? { type: 'inherit', name: binding['name'] } : binding;
  });
}

function contextOf(call: Call): SettingContext {
  return { plan: call.account.plan, now: call.clock.now() };
}

/** Starts stored code again under other settings. */
async function startAgain(
  call: Call,
  base: VersionDocument,
  changes: Partial<VersionDocument>,
): Promise<VersionDocument['shape']> {
  const modules = await Promise.all(
    base.modules.map(async ({ name, contentType, blob }) => ({
      name,
      contentType,
      bytes: await call.blobs.get(blob),
    })),
  );
  return startScript(call, {
    format: base.format,
    mainModule: base.mainModule,
    modules,
    bindings: changes.bindings ?? base.bindings,
    compatibilityDate: changes.compatibilityDate ?? base.compatibilityDate,
    compatibilityFlags: changes.compatibilityFlags ?? base.compatibilityFlags,
  });
}
