import { z } from 'zod';
import type { ReadCall, ReadClient, WriteClient } from './client/calls.ts';
import type { FormPart } from '../transport/multipart.ts';
import { path } from './client/path.ts';
import { NO_SUCH_WORKER, UPLOAD_CODES } from './scripts.ts';
import { versionShape, versionSummaryShape, type LiveVersion, type VersionSummary } from './shapes.ts';

const summariesShape = z.looseObject({ items: z.array(versionSummaryShape) });

/** Unknown version. */
const NO_SUCH_VERSION = [100146, 10071];

/** The newest 100 versions, newest first: those that can be deployed. */
export async function listDeployableVersions(
  reader: ReadClient,
  scriptName: string,
): Promise<readonly VersionSummary[]> {
  const { items } = await reader.read({
    purpose: `list the versions of Worker ${scriptName}`,
    path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/versions`,
    query: { deployable: true },
    shape: summariesShape,
  });
  return items.toSorted((a, b) => b.number - a.number);
}

/** The newest versions, newest first, one page; empty when the Worker does not exist. */
export async function listNewestVersions(
  reader: ReadClient,
  scriptName: string,
): Promise<readonly VersionSummary[]> {
  const found = await reader.find(
    {
      purpose: `list the newest versions of Worker ${scriptName}`,
      path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/versions`,
      query: { page: 1, per_page: 20 },
      shape: summariesShape,
    },
    NO_SUCH_WORKER,
  );
  return (found?.items ?? []).toSorted((a, b) => b.number - a.number);
}

/** One version with its bindings; null when there is no such version. */
export function getVersion(
  reader: ReadClient,
  scriptName: string,
  versionId: string,
): Promise<LiveVersion | null> {
  return reader.find(versionCall(reader, scriptName, versionId), NO_SUCH_VERSION);
}

/** A version that a deployment names, so that it is there even where it cannot be read for a moment yet. */
export function getDeployedVersion(
  reader: ReadClient,
  scriptName: string,
  versionId: string,
): Promise<LiveVersion | null> {
  return reader.find(
    { ...versionCall(reader, scriptName, versionId), settling: NO_SUCH_VERSION },
    NO_SUCH_VERSION,
  );
}

function versionCall(reader: ReadClient, scriptName: string, versionId: string): ReadCall<LiveVersion> {
  return {
    purpose: `read version ${versionId} of Worker ${scriptName}`,
    path: path`/accounts/${reader.accountId}/workers/scripts/${scriptName}/versions/${versionId}`,
    shape: versionShape,
  };
}

/** Uploads a version; it gets no traffic before it is deployed. */
export function createVersion(
  writer: WriteClient,
  options: {
    readonly scriptName: string;
    readonly form: () => readonly FormPart[];
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<{ readonly id: string; readonly number: number; readonly hasPreview: boolean }> {
  return writer.write({
    purpose: `upload a version of Worker ${options.scriptName}`,
    method: 'post',
    path: path`/accounts/${writer.accountId}/workers/scripts/${options.scriptName}/versions`,
    query: { bindings_inherit: 'strict' },
    headers: options.headers,
    body: options.form,
    repeat: 'never',
    shape: versionSummaryShape,
    codes: UPLOAD_CODES,
  });
}
