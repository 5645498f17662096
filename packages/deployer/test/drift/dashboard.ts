import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import type { WorkerBinding } from '../../src/bindings/binding.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { ACCOUNT, type TestProject } from '../support/project.ts';

/** What somebody does to a Worker through the API, as the dashboard and other tools do. */
export interface Dashboard {
  call(method: string, path: string, body?: Json): Promise<Json>;
  form(method: string, path: string, form: FormData): Promise<Json>;
  /** Replaces what `PATCH settings` names; bindings that stay are named by type and name. */
  bindings(change: (all: readonly WorkerBinding[]) => readonly WorkerBinding[]): Promise<void>;
  settings(fields: JsonObject): Promise<void>;
  /** Uploads other code, live at once or as a version without traffic. Gives the version's id. */
  upload(how: 'live' | 'version', code: string, metadata?: JsonObject): Promise<string>;
  /** The live version, read as stored. */
  stored(): { readonly bindings: readonly JsonObject[] };
}

export const SCRIPT = '/workers/scripts/acme';

/** A user of the API, with another client than the deployer's. */
export function dashboardOf({ emulator }: TestProject): Dashboard {
  const send = async (method: string, path: string, init: RequestInit): Promise<Json> => {
    const root = path.startsWith('/zones') ? '' : `/accounts/${ACCOUNT}`;
    const response = await emulator.fetch(
      new Request(`https://api.cloudflare.com/client/v4${root}${path}`, {
        method,
        ...init,
        headers: { authorization: `Bearer ${LOCAL_TOKEN}`, ...init.headers },
      }),
    );
    const answer = (await response.json()) as { success: boolean; result: Json };
    if (!answer.success) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.result;
  };
  const dashboard: Dashboard = {
    call: (method, path, body) =>
      send(
        method,
        path,
        body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      ),
    form: (method, path, form) => send(method, path, { body: form }),
    async bindings(change) {
      const { bindings } = (await dashboard.call('GET', `${SCRIPT}/settings`)) as {
        bindings: WorkerBinding[];
      };
      const kept = new Map(bindings.map((binding) => [JSON.stringify(binding), binding]));
      await dashboard.settings({
        bindings: change(bindings).map((binding) =>
          kept.has(JSON.stringify(binding)) ? { type: binding.type, name: binding.name } : binding,
        ),
      });
    },
    async settings(fields) {
      const form = new FormData();
      form.set('settings', new Blob([JSON.stringify(fields)], { type: 'application/json' }));
      await dashboard.form('PATCH', `${SCRIPT}/settings`, form);
    },
    async upload(how, code, metadata = {}) {
      const form = new FormData();
      form.set('metadata', JSON.stringify({ main_module: 'w.js', keep_bindings: KEPT, ...metadata }));
      form.set('w.js', new File([code], 'w.js', { type: 'application/javascript+module' }));
      const result = (await (how === 'live'
        ? dashboard.form('PUT', SCRIPT, form)
        : dashboard.form('POST', `${SCRIPT}/versions`, form))) as { id: string };
      return result.id;
    },
    stored: () => {
      const script = emulator.admin.scripts(ACCOUNT).find(({ name }) => name === 'acme');
      const live = script?.deployments[0]?.versions[0]?.versionId;
      return { bindings: script?.versions.find(({ id }) => id === live)?.bindings ?? [] };
    },
  };
  return dashboard;
}

const KEPT = ['secret_text', 'plain_text', 'json', 'kv_namespace'];
