import { hashToken } from '../api/auth.ts';
import type { Services } from '../api/endpoint.ts';
import { keyOf, scriptKey } from '../store/documents.ts';
import type { Kind } from '../store/documents.ts';
import type { ScriptDocument, StoredBinding } from '../store/model/scripts.ts';
import { nextVersion, withLiveVersion } from '../upload/apply.ts';
import type { ScriptSettings } from '../settings/settings.ts';
import { bucketKey } from '../store/documents.ts';

/** Changes somebody makes in the dashboard. Each change of a version's parts makes a live version with source `dash`. */
export interface DashboardUser {
  setVariable(accountId: string, script: string, name: string, text: string): Promise<void>;
  setSecret(accountId: string, script: string, name: string, text: string): Promise<void>;
  addBinding(accountId: string, script: string, binding: StoredBinding): Promise<void>;
  removeBinding(accountId: string, script: string, name: string): Promise<void>;
  setCompatibilityDate(accountId: string, script: string, date: string): Promise<void>;
  addCron(accountId: string, script: string, cron: string): Promise<void>;
  removeCron(accountId: string, script: string, cron: string): Promise<void>;
  setSettings(accountId: string, script: string, settings: Partial<ScriptSettings>): Promise<void>;
  setSubdomain(accountId: string, script: string, subdomain: ScriptDocument['subdomain']): Promise<void>;
  /** Deletes a bound resource by its id or name. */
  deleteResource(
    accountId: string,
    kind: 'kv' | 'd1' | 'r2' | 'queue' | 'vectorize' | 'hyperdrive',
    id: string,
  ): Promise<void>;
}

/** Who edits what. */
type Editor = Services & Parameters<typeof nextVersion>[0];

/**
 * A dashboard user of an emulator.
 * @throws Error from each method when the script, binding, or resource does not exist.
 */
export function editAs(services: Services, { email }: { email: string }): DashboardUser {
  const actor = { id: hashToken(email).slice(0, 32), email };
  const editor: Editor = { ...services, actor, source: 'dash' };
  const put: DashboardUser['addBinding'] = (accountId, script, binding) =>
    changeBindings(editor, [accountId, script], (bindings) => [
      ...bindings.filter(({ name }) => name !== binding.name),
      binding,
    ]);
  return {
    setVariable: (accountId, script, name, text) =>
      put(accountId, script, { type: 'plain_text', name, text }),
    setSecret: (accountId, script, name, text) => put(accountId, script, { type: 'secret_text', name, text }),
    addBinding: put,
    removeBinding: (accountId, script, name) =>
      changeBindings(editor, [accountId, script], (bindings) => {
        if (!bindings.some((binding) => binding.name === name))
          throw new Error(`There is no binding ${name}.`);
        return bindings.filter((binding) => binding.name !== name);
      }),
    setCompatibilityDate: (accountId, script, compatibilityDate) =>
      changeBindings(editor, [accountId, script], (bindings) => bindings, { compatibilityDate }),
    addCron: (accountId, name, cron) =>
      change(editor, [accountId, name], (script) => {
        const now = services.clock.now().toISOString();
        return { ...script, schedules: [...script.schedules, { cron, createdOn: now, modifiedOn: now }] };
      }),
    removeCron: (accountId, name, cron) =>
      change(editor, [accountId, name], (script) => ({
        ...script,
        schedules: script.schedules.filter((schedule) => schedule.cron !== cron),
      })),
    setSettings: (accountId, name, patch) =>
      change(editor, [accountId, name], (script) => ({
        ...script,
        settings: { ...script.settings, ...patch },
      })),
    setSubdomain: (accountId, name, subdomain) =>
      change(editor, [accountId, name], (script) => ({ ...script, subdomain })),
    deleteResource: (accountId, kind, id) => deleteResource(services, accountId, kind, id),
  };
}

/** Changes a script, by account and name. */
async function change(
  { store, runtime }: Services,
  [accountId, name]: readonly [string, string],
  edit: (script: ScriptDocument) => ScriptDocument,
): Promise<void> {
  store.write((tx) => {
    const key = scriptKey(accountId, name);
    const script = tx.get('script', key);
    if (script === undefined) throw new Error(`There is no Worker ${name} in account ${accountId}.`);
    tx.put('script', key, edit(script));
  });
  await store.settled();
  runtime.changed(accountId);
}

/** Makes a version with other bindings live. */
function changeBindings(
  editor: Editor,
  target: readonly [string, string],
  edit: (bindings: StoredBinding[]) => StoredBinding[],
  extra: { compatibilityDate?: string } = {},
): Promise<void> {
  return change(editor, target, (script) => {
    const base = script.versions.at(-1);
    if (base === undefined) throw new Error(`The Worker ${script.name} has no version.`);
    const version = nextVersion(editor, base, script, { ...extra, bindings: edit(base.bindings) });
    return withLiveVersion(editor, script, version, 'dashboard');
  });
}

async function deleteResource(
  services: Services,
  accountId: string,
  kind: Parameters<DashboardUser['deleteResource']>[1],
  id: string,
): Promise<void> {
  services.store.write((tx) => {
    const key = resourceKey(services, accountId, kind, id);
    if (tx.get(kind, key) === undefined)
      throw new Error(`There is no ${kind} ${id} in account ${accountId}.`);
    tx.delete(kind, key);
  });
  await services.store.settled();
  services.runtime.changed(accountId);
}

function resourceKey({ store }: Services, accountId: string, kind: Kind, id: string): string {
  if (kind === 'r2') return bucketKey(accountId, id, 'default');
  if (kind === 'queue') {
    const queue = store
      .list('queue', accountId)
      .find((candidate) => candidate.id === id || candidate.name === id);
    return keyOf(accountId, queue?.id ?? id);
  }
  return keyOf(accountId, id);
}
