import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApiError } from '../errors.ts';
import type { AssetFile, AssetsApi } from './assets-api.ts';
import { readAssets, type AssetManifest } from './manifest.ts';
import { uploadAssets } from './upload-assets.ts';

async function manifestOf(count: number): Promise<{ manifest: AssetManifest; folder: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cf-deploy-upload-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      writeFile(path.join(folder, `f${index}.txt`), `file ${index}`),
    ),
  );
  const manifest = await readAssets({ directory: folder, binding: null, config: {} }, { rootDir: folder });
  return { manifest, folder };
}

function apiError(status: number | null): ApiError {
  return new ApiError(status === null ? 'API_UNREACHABLE' : 'API_REFUSED', `status ${status}`, {
    status,
    apiCodes: [],
  });
}

function token(claims: Record<string, unknown>): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
}

/**
 * A server that keeps what arrived and asks for the rest, in buckets of two; it records every call. The first `together`
 * uploads are answered only once all of them arrived.
 */
function fakeServer(
  options: { fail?: (call: number) => ApiError | null; sessionJwt?: string; together?: number } = {},
) {
  const stored = new Set<string>();
  const sessions: number[] = [];
  const uploads: { jwt: string; files: readonly AssetFile[] }[] = [];
  let running = 0;
  let mostAtOnce = 0;
  let wanted: string[] = [];
  let arrivedTogether: () => void = () => undefined;
  const together = new Promise<void>((resolve) => {
    arrivedTogether = resolve;
  });
  const receive = async (jwt: string, files: readonly AssetFile[]): Promise<{ jwt?: string }> => {
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    uploads.push({ jwt, files });
    const failure = options.fail?.(uploads.length) ?? null;
    if (uploads.length >= (options.together ?? 1)) arrivedTogether();
    await together;
    await new Promise((next) => setImmediate(next));
    running -= 1;
    if (failure !== null) throw failure;
    for (const { hash } of files) stored.add(hash);
    return wanted.every((hash) => stored.has(hash)) ? { jwt: 'done' } : {};
  };
  const api: AssetsApi = {
    async createSession(manifest) {
      wanted = [...new Set(Object.values(manifest).map(({ hash }) => hash))];
      const missing = wanted.filter((hash) => !stored.has(hash));
      sessions.push(missing.length);
      if (missing.length === 0) return { jwt: 'all-known', buckets: [] };
      const buckets = Array.from({ length: Math.ceil(missing.length / 2) }, (_, index) =>
        missing.slice(index * 2, index * 2 + 2),
      );
      return { jwt: options.sessionJwt ?? 'session', buckets };
    },
    uploadBucket: receive,
    uploadSingle: (jwt, file) => receive(jwt, [file]),
  };
  return { api, stored, sessions, uploads, mostAtOnce: () => mostAtOnce };
}

describe('an asset upload', () => {
  it('sends only what is missing and gives the completion token', async () => {
    const { manifest } = await manifestOf(5);
    const server = fakeServer();
    for (const { hash } of manifest.entries.slice(0, 2)) server.stored.add(hash);
    const result = await uploadAssets({ manifest, api: server.api });
    expect(result).toEqual({ completionToken: 'done', uploaded: 3, known: 2 });
    expect(server.uploads.flatMap(({ files }) => files.map(({ contentType }) => contentType))).toEqual(
      Array.from({ length: 3 }, () => 'text/plain; charset=utf-8'),
    );
  });

  it('sends nothing when all is known: the session token is the completion token', async () => {
    const { manifest } = await manifestOf(2);
    const server = fakeServer();
    for (const { hash } of manifest.entries) server.stored.add(hash);
    expect(await uploadAssets({ manifest, api: server.api })).toEqual({
      completionToken: 'all-known',
      uploaded: 0,
      known: 2,
    });
    expect(server.uploads).toEqual([]);
  });

  it('runs three requests at once, not more', async () => {
    const { manifest } = await manifestOf(20);
    const server = fakeServer({ together: 3 });
    await uploadAssets({ manifest, api: server.api });
    expect(server.uploads).toHaveLength(10);
    expect(server.mostAtOnce()).toBe(3);
  });

  it('tells its progress', async () => {
    const { manifest } = await manifestOf(4);
    const seen: string[] = [];
    await uploadAssets({
      manifest,
      api: fakeServer().api,
      onProgress: ({ uploaded, total }) => seen.push(`${uploaded}/${total}`),
    });
    expect(seen).toEqual(['2/4', '4/4']);
  });

  it.each([null, 429, 503])('repeats a request that failed with status %s', async (status) => {
    const { manifest } = await manifestOf(2);
    const server = fakeServer({ fail: (call) => (call < 3 ? apiError(status) : null) });
    await uploadAssets({ manifest, api: server.api, backoffMs: 0 });
    expect(server.uploads).toHaveLength(3);
    expect(server.sessions).toHaveLength(1);
  });

  it.each([400, 403, 413])('does not repeat a request that was refused with status %s', async (status) => {
    const { manifest } = await manifestOf(2);
    const server = fakeServer({ fail: () => apiError(status) });
    await expect(uploadAssets({ manifest, api: server.api, backoffMs: 0 })).rejects.toThrow(
      `status ${status}`,
    );
    expect(server.uploads).toHaveLength(1);
  });

  it('resumes with a new session that only asks for what did not arrive', async () => {
    const { manifest } = await manifestOf(6);
    // The third bucket fails for good in the first session: one attempt and four retries.
    const server = fakeServer({ fail: (call) => (call >= 3 && call <= 7 ? apiError(503) : null) });
    const result = await uploadAssets({ manifest, api: server.api, backoffMs: 0 });
    expect(server.sessions).toEqual([6, 2]);
    expect(result).toEqual({ completionToken: 'done', uploaded: 6, known: 0 });
  });

  it('takes a new session when the token expired', async () => {
    const { manifest } = await manifestOf(2);
    const server = fakeServer({ fail: (call) => (call === 1 ? apiError(401) : null) });
    expect((await uploadAssets({ manifest, api: server.api, backoffMs: 0 })).completionToken).toBe('done');
    expect(server.sessions).toEqual([2, 2]);
  });

  it('gives up after three sessions, with the last failure', async () => {
    const { manifest } = await manifestOf(2);
    const server = fakeServer({ fail: () => apiError(503) });
    await expect(uploadAssets({ manifest, api: server.api, backoffMs: 0 })).rejects.toThrow('status 503');
    expect(server.sessions).toEqual([2, 2, 2]);
  });

  it('sends file by file when the session asks for it', async () => {
    const { manifest } = await manifestOf(4);
    const sessionJwt = token({ wrangler_single_asset_uploads: true, edge_kv_upload_concurrency: 2 });
    const server = fakeServer({ sessionJwt, together: 2 });
    await uploadAssets({ manifest, api: server.api });
    expect(server.uploads.map(({ files }) => files.length)).toEqual([1, 1, 1, 1]);
    expect(server.mostAtOnce()).toBe(2);
  });

  it('refuses a file that changed since it was hashed', async () => {
    const { manifest, folder } = await manifestOf(1);
    await writeFile(path.join(folder, 'f0.txt'), 'changed');
    const server = fakeServer();
    await expect(uploadAssets({ manifest, api: server.api })).rejects.toMatchObject({
      code: 'ASSETS_INVALID',
    });
    expect(server.uploads).toEqual([]);
  });

  it('refuses a session that asks for a file nobody offered', async () => {
    const { manifest } = await manifestOf(1);
    const api: AssetsApi = {
      ...fakeServer().api,
      createSession: async () => ({ jwt: 'x', buckets: [['ff'.repeat(16)]] }),
    };
    await expect(uploadAssets({ manifest, api, backoffMs: 0 })).rejects.toThrow('not in the manifest');
  });

  it('fails when no completion token ever comes', async () => {
    const { manifest } = await manifestOf(1);
    const server = fakeServer();
    const api: AssetsApi = { ...server.api, uploadBucket: async () => ({}) };
    await expect(uploadAssets({ manifest, api, backoffMs: 0 })).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
    });
  });

  it('stops when it is aborted', async () => {
    const { manifest } = await manifestOf(2);
    const controller = new AbortController();
    const server = fakeServer({
      fail: () => {
        controller.abort(new Error('stopped'));
        return apiError(503);
      },
    });
    await expect(uploadAssets({ manifest, api: server.api, signal: controller.signal })).rejects.toThrow(
      'stopped',
    );
  });
});
