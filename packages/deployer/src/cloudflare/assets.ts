import { z } from 'zod';
import type { AssetFile, AssetsApi } from '../assets/assets-api.ts';
import { Secret } from '../security/secret.ts';
import type { FormPart } from '../transport/multipart.ts';
import type { WriteClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { scriptPath, type ScriptRef } from './scripts.ts';

const uploadedShape = z
  .looseObject({ jwt: z.string().nullish() })
  .nullable()
  .transform((value) => ({ jwt: value?.jwt ?? undefined }));

const sessionShape = z.looseObject({
  jwt: z.string(),
  buckets: z
    .array(z.array(z.string()))
    .nullish()
    .transform((value) => value ?? []),
});

/**
 * The asset calls of one script. Files go up with the session's own token, a bucket as a form of base64 parts named by
 * their hashes. The uploader repeats what fails, so these calls do not.
 *
 * Source: Direct Uploads; `POST workers/assets/upload?base64=true`.
 */
export function createAssetsApi(writer: WriteClient, script: ScriptRef): AssetsApi {
  return {
    createSession: (manifest) =>
      writer.write({
        purpose: `open an asset upload for Worker ${script.scriptName}`,
        method: 'post',
        path: `${scriptPath(writer.accountId, script)}/assets-upload-session`,
        body: { manifest },
        repeat: 'safe',
        shape: sessionShape,
      }),
    uploadBucket: (jwt, files) =>
      writer.write({
        purpose: `upload ${files.length} assets of Worker ${script.scriptName}`,
        method: 'post',
        path: path`/accounts/${writer.accountId}/workers/assets/upload`,
        query: { base64: true },
        bearer: new Secret(jwt),
        body: () => bucketForm(files),
        repeat: 'never',
        shape: uploadedShape,
      }),
    uploadSingle: (jwt, file) =>
      writer.write({
        purpose: `upload an asset of Worker ${script.scriptName}`,
        method: 'post',
        path: path`/accounts/${writer.accountId}/workers/assets/upload/${file.hash}`,
        bearer: new Secret(jwt),
        headers: { 'Content-Type': file.contentType },
        body: () => file.content,
        repeat: 'never',
        shape: uploadedShape,
      }),
  };
}

function bucketForm(files: readonly AssetFile[]): readonly FormPart[] {
  return files.map(({ hash, content, contentType }) => ({
    name: hash,
    content: Buffer.from(content).toString('base64'),
    contentType,
  }));
}
