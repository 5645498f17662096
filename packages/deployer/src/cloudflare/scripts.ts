import { z } from 'zod';
import type { ErrorCode } from '../error-codes.ts';
import type { FormPart } from '../transport/multipart.ts';
import { path } from './client/path.ts';
import type { ReadClient, WriteClient } from './client/calls.ts';
import type { JsonObject } from '../json.ts';
import {
  anyShape,
  entrypointsShape,
  serviceShape,
  settingsShape,
  uploadShape,
  type LiveSettings,
} from './shapes.ts';

/** Numbers that say there is no such Worker. Source: error tables of the API. */
export const NO_SUCH_WORKER: readonly number[] = [10007, 10090, 10092];
/** The dispatch namespace is not there, so neither is a Worker in it. */
const NO_SUCH_NAMESPACE = 100119;

/** What the numbers of a refused upload mean. Source: error tables of the API, binding targets. */
export const UPLOAD_CODES: Readonly<Record<number, ErrorCode>> = {
  10041: 'RESOURCE_MISSING',
  10061: 'RESOURCE_MISSING',
  10085: 'RESOURCE_MISSING',
  10143: 'RESOURCE_MISSING',
  10144: 'RESOURCE_MISSING',
  10157: 'RESOURCE_MISSING',
  10159: 'RESOURCE_MISSING',
  10181: 'RESOURCE_MISSING',
  10182: 'RESOURCE_MISSING',
  11000: 'RESOURCE_MISSING',
  11337: 'STARTUP_FAILED',
  10079: 'CONFLICT',
  100119: 'RESOURCE_MISSING',
  100143: 'RESOURCE_MISSING',
};

/** Where a script lives: the account's own, or a dispatch namespace. */
export interface ScriptRef {
  readonly scriptName: string;
  readonly dispatchNamespace: string | null;
}

/** API path of a script. */
export function scriptPath(accountId: string, script: ScriptRef): string {
  return script.dispatchNamespace === null
    ? path`/accounts/${accountId}/workers/scripts/${script.scriptName}`
    : path`/accounts/${accountId}/workers/dispatch/namespaces/${script.dispatchNamespace}/scripts/${script.scriptName}`;
}

/** Settings of the newest version and of the script; null when the Worker does not exist. */
export function getSettings(reader: ReadClient, script: ScriptRef): Promise<LiveSettings | null> {
  return reader.find(
    {
      purpose: `read the settings of Worker ${script.scriptName}`,
      path: `${scriptPath(reader.accountId, script)}/settings`,
      shape: settingsShape,
    },
    [...NO_SUCH_WORKER, NO_SUCH_NAMESPACE],
  );
}

/** A Worker as the account's list has it. */
export interface ListedScript {
  readonly name: string;
  readonly etag: string;
  /** When it was changed last. That every change moves it is an assumption. */
  readonly modifiedOn: string;
  /** Everything the list says of it. */
  readonly row: JsonObject;
}

const scriptsShape = z.array(
  z
    .object({ id: z.string(), etag: z.string().nullish(), modified_on: z.string().nullish() })
    .catchall(anyShape),
);

/** Every Worker of the account: one call, however many there are. Rows that do not say when they changed are left out. */
export async function listScripts(reader: ReadClient): Promise<readonly ListedScript[]> {
  const rows = await reader.read({
    purpose: 'list the Workers of the account',
    path: path`/accounts/${reader.accountId}/workers/scripts`,
    shape: scriptsShape,
  });
  return rows.flatMap(({ id, etag, modified_on, ...rest }) =>
    typeof etag === 'string' && typeof modified_on === 'string'
      ? [{ name: id, etag, modifiedOn: modified_on, row: rest }]
      : [],
  );
}

/** The script's migration tag; null when it has none or does not exist. */
export async function getMigrationTag(reader: ReadClient, scriptName: string): Promise<string | null> {
  const service = await reader.find(
    {
      purpose: `read the migration tag of Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/services/${scriptName}`,
      shape: serviceShape,
    },
    NO_SUCH_WORKER,
  );
  return service?.migrationTag ?? null;
}

/** Names that the live script exports beside its default; null when it does not exist or the API does not tell. */
export async function getEntrypoints(
  reader: ReadClient,
  scriptName: string,
): Promise<readonly string[] | null> {
  return reader.find(
    {
      purpose: `read what Worker ${scriptName} exports`,
      path: path`/accounts/${reader.accountId}/workers/services/${scriptName}`,
      shape: entrypointsShape,
    },
    NO_SUCH_WORKER,
  );
}

const dispatchedShape = z.looseObject({
  script: z.looseObject({ migration_tag: z.string().nullish() }).nullish(),
});

/** The migration tag of a script in a dispatch namespace, which the services endpoint does not know. */
export async function getDispatchedMigrationTag(
  reader: ReadClient,
  script: ScriptRef,
): Promise<string | null> {
  const found = await reader.find(
    {
      purpose: `read the migration tag of Worker ${script.scriptName}`,
      path: scriptPath(reader.accountId, script),
      shape: dispatchedShape,
    },
    NO_SUCH_WORKER,
  );
  return found?.script?.migration_tag ?? null;
}

/** Uploads and deploys at once. Never repeated blindly: it may carry a migration. */
export function putScript(
  writer: WriteClient,
  options: {
    readonly script: ScriptRef;
    readonly form: () => readonly FormPart[];
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<{ readonly versionId: string | null }> {
  return writer.write({
    purpose: `upload Worker ${options.script.scriptName}`,
    method: 'put',
    path: scriptPath(writer.accountId, options.script),
    query: { excludeScript: true, bindings_inherit: 'strict' },
    headers: options.headers,
    body: options.form,
    repeat: 'never',
    shape: uploadShape,
    codes: UPLOAD_CODES,
  });
}

/** Changes script-level settings; what is left out stays. */
export async function patchScriptSettings(
  writer: WriteClient,
  scriptName: string,
  settings: JsonObject,
): Promise<void> {
  await writer.write({
    purpose: `change the settings of Worker ${scriptName}`,
    method: 'patch',
    path: path`/accounts/${writer.accountId}/workers/scripts/${scriptName}/script-settings`,
    body: settings,
    repeat: 'safe',
    shape: anyShape,
  });
}

/** A Worker of an account's list, and what of it changes with every deploy; null where the list does not say. */
export interface StampedScript {
  readonly name: string;
  readonly stamp: string | null;
}

const stampedScriptsShape = z.array(
  z.looseObject({ id: z.string(), etag: z.string().nullish(), modified_on: z.string().nullish() }),
);

/** Every Worker of the account. */
export async function listStampedScripts(reader: ReadClient): Promise<readonly StampedScript[]> {
  const rows = await reader.read({
    purpose: 'list the Workers of the account',
    path: path`/accounts/${reader.accountId}/workers/scripts`,
    shape: stampedScriptsShape,
  });
  return rows.map(({ id, etag, modified_on }) => ({
    name: id,
    stamp: typeof etag === 'string' && typeof modified_on === 'string' ? `${modified_on} ${etag}` : null,
  }));
}
