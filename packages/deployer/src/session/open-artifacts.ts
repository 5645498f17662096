import { join } from 'node:path';
import type { ArtifactFiles } from '../artifacts/artifact-files.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { createFolderFiles } from '../artifacts/folder-files.ts';
import { createKeptStore } from '../artifacts/kept-store.ts';
import { createR2Files } from '../artifacts/r2-files.ts';
import { openSession } from '../cloudflare/client/client.ts';
import type { EnvFile } from '../credentials/dotenv-files.ts';
import { resolveBucketToken } from '../credentials/resolve.ts';
import type { ProjectRules } from '../project/project-config.ts';
import { type Connecting, connectionOf } from './account/connection.ts';

/** What the store is opened with. */
export interface ArtifactsWorld extends Connecting {
  readonly rootDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly apiToken: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Where uploads are kept: the bucket that the project names, else a folder of this machine.
 * @param file the project's own env file, `.env.deploy`; null without one
 * @throws CredentialsError CREDENTIALS_MISSING, CREDENTIALS_INVALID for a bucket
 */
export function openArtifacts(
  world: ArtifactsWorld,
  rules: ProjectRules,
  file: EnvFile | null,
): ArtifactStore {
  const { rootDir, redactor, now } = world;
  const files =
    rules.artifacts === undefined
      ? createFolderFiles({ folder: join(rootDir, '.cf-deploy', 'artifacts'), now })
      : bucketFiles(world, rules.artifacts, file);
  return createKeptStore({ files, redactor, now });
}

function bucketFiles(
  world: ArtifactsWorld,
  settings: NonNullable<ProjectRules['artifacts']>,
  file: EnvFile | null,
): ArtifactFiles {
  const { accountId, bucket, jurisdiction, prefix = 'cf-deploy', tokenVariable } = settings;
  const { env, apiToken, redactor, signal, now } = world;
  const token = resolveBucketToken({ env, file, variable: tokenVariable, explicit: apiToken });
  redactor.add(token);
  const { reader, writer } = openSession({ ...connectionOf(world, token, null), accountId, signal });
  return createR2Files({ reader, writer, bucket, jurisdiction, prefix, now });
}
