import { z } from 'zod';
import type { Secret } from '../security/secret.ts';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { NO_SUCH_WORKER, scriptPath, type ScriptRef } from './scripts.ts';
import { anyShape } from './shapes.ts';

const namesShape = z.array(z.looseObject({ name: z.string() }));

/** Names of the Worker's secrets; null when it does not exist. */
export async function listSecrets(reader: ReadClient, script: ScriptRef): Promise<readonly string[] | null> {
  const found = await reader.find(
    {
      purpose: `list the secrets of Worker ${script.scriptName}`,
      path: `${scriptPath(reader.accountId, script)}/secrets`,
      shape: namesShape,
    },
    NO_SUCH_WORKER,
  );
  return found?.map(({ name }) => name) ?? null;
}

/** Sets secrets in one go: one new version, live at once, so it is never repeated blindly. Null deletes. */
export async function patchSecrets(
  writer: WriteClient,
  script: ScriptRef,
  secrets: Readonly<Record<string, Secret | null>>,
): Promise<void> {
  const entries = Object.entries(secrets).map(([name, secret]) => [
    name,
    secret === null ? null : { name, text: secret.open(), type: 'secret_text' },
  ]);
  await writer.write({
    purpose: `set secrets of Worker ${script.scriptName}`,
    method: 'patch',
    path: `${scriptPath(writer.accountId, script)}/secrets-bulk`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: { secrets: Object.fromEntries(entries) },
    repeat: 'never',
    shape: anyShape,
    // "No such Worker" is only what it refused with: its secrets were listed right before.
    codes: {
      10215: 'CONFLICT',
      10220: 'CONFLICT',
      10056: 'SECRET_MISSING',
    },
  });
}
