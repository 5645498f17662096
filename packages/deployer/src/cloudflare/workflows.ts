import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { readAllPages } from './client/paging.ts';
import { path } from './client/path.ts';
import type { JsonObject } from '../json.ts';
import { anyShape } from './shapes.ts';

/** A workflow of the account. Its limits, schedules and retention cannot be read back. */
export interface LiveWorkflow {
  readonly name: string;
  readonly scriptName: string | null;
  readonly className: string | null;
  /** Where its state is kept, for good; null: nowhere in particular, undefined: the answer does not say. */
  readonly jurisdiction: string | null | undefined;
}

const workflowShape = z
  .looseObject({
    name: z.string(),
    script_name: z.string().nullish(),
    class_name: z.string().nullish(),
    jurisdiction: z.string().nullish(),
  })
  .transform((workflow) => ({
    name: workflow.name,
    scriptName: workflow.script_name ?? null,
    className: workflow.class_name ?? null,
    jurisdiction: workflow.jurisdiction,
  }));

/** Every workflow of the account. */
export function listWorkflows(reader: ReadClient): Promise<readonly LiveWorkflow[]> {
  return readAllPages(reader, {
    purpose: 'list the workflows of the account',
    path: path`/accounts/${reader.accountId}/workflows`,
    item: workflowShape,
  });
}

/** Registers a workflow for a class of a Worker. */
export async function putWorkflow(
  writer: WriteClient,
  options: {
    readonly name: string;
    readonly scriptName: string;
    readonly className: string;
    readonly options: JsonObject;
  },
): Promise<void> {
  await writer.write({
    purpose: `register workflow ${options.name}`,
    method: 'put',
    path: path`/accounts/${writer.accountId}/workflows/${options.name}`,
    body: { script_name: options.scriptName, class_name: options.className, ...options.options },
    repeat: 'safe',
    shape: anyShape,
  });
}

/** Removes a workflow that this deploy made. */
export async function deleteWorkflow(writer: WriteClient, name: string): Promise<void> {
  await writer.write({
    purpose: `remove workflow ${name}`,
    method: 'delete',
    path: path`/accounts/${writer.accountId}/workflows/${name}`,
    repeat: 'safe',
    shape: anyShape,
  });
}
