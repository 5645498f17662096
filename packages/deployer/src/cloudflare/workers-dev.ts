import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { NO_SUCH_WORKER } from './scripts.ts';
import { anyShape } from './shapes.ts';
import { compact } from '../json.ts';

/** Whether a Worker answers on workers.dev, and its version URLs. */
export interface WorkersDev {
  readonly enabled: boolean;
  readonly previews_enabled?: boolean;
}

const subdomainShape = z.looseObject({ subdomain: z.string().nullish() });

/** The account's workers.dev subdomain; null when none is registered. */
export async function getAccountSubdomain(reader: ReadClient): Promise<string | null> {
  const found = await reader.find(
    {
      purpose: 'read the workers.dev subdomain of the account',
      path: path`/accounts/${reader.accountId}/workers/subdomain`,
      shape: subdomainShape,
    },
    [10007, 10063],
  );
  return found?.subdomain ?? null;
}

const workersDevShape = z.looseObject({ enabled: z.boolean(), previews_enabled: z.boolean().optional() });

/** The Worker's own switch; null when the API knows no such Worker. */
export async function getWorkersDev(reader: ReadClient, scriptName: string): Promise<WorkersDev | null> {
  const found = await reader.find(
    {
      purpose: `read the workers.dev setting of Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/subdomain`,
      shape: workersDevShape,
    },
    NO_SUCH_WORKER,
  );
  if (found === null) return null;
  return {
    enabled: found.enabled,
    ...compact({ previews_enabled: found.previews_enabled }),
  };
}

/** Sets it. The API date makes an omitted `previews_enabled` follow the newer default, as wrangler asks for. */
export async function setWorkersDev(
  writer: WriteClient,
  scriptName: string,
  setting: WorkersDev,
): Promise<void> {
  await writer.write({
    purpose: `switch workers.dev ${setting.enabled ? 'on' : 'off'} for Worker ${scriptName}`,
    method: 'post',
    path: path`/accounts/${writer.accountId}/workers/scripts/${scriptName}/subdomain`,
    headers: { 'Cloudflare-Workers-Script-Api-Date': '2025-08-01' },
    body: setting,
    repeat: 'safe',
    // For some hundred milliseconds after a first upload.
    settling: NO_SUCH_WORKER,
    shape: anyShape,
  });
}
