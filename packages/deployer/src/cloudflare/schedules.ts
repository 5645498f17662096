import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { NO_SUCH_WORKER } from './scripts.ts';
import { anyShape } from './shapes.ts';

const schedulesShape = z.looseObject({ schedules: z.array(z.looseObject({ cron: z.string() })).nullish() });

/** Cron expressions of a Worker; null when the API knows no such Worker. */
export async function getSchedules(
  reader: ReadClient,
  scriptName: string,
): Promise<readonly string[] | null> {
  const found = await reader.find(
    {
      purpose: `read the cron triggers of Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/schedules`,
      shape: schedulesShape,
    },
    NO_SUCH_WORKER,
  );
  return found === null ? null : (found.schedules ?? []).map(({ cron }) => cron);
}

/** Replaces all of them; an empty list clears. */
export async function putSchedules(
  writer: WriteClient,
  scriptName: string,
  crons: readonly string[],
): Promise<void> {
  await writer.write({
    purpose: `set the cron triggers of Worker ${scriptName}`,
    method: 'put',
    path: path`/accounts/${writer.accountId}/workers/scripts/${scriptName}/schedules`,
    body: crons.map((cron) => ({ cron })),
    repeat: 'safe',
    settling: NO_SUCH_WORKER,
    shape: anyShape,
  });
}
