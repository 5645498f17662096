import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { manifestBody, readAssets } from '../../src/assets/manifest.ts';
import { project } from './support.ts';

/** Recorded from wrangler 4.164.0. */
interface RecordedAssets {
  readonly title: string;
  /** Path → base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly options: JsonObject;
  readonly manifest: Readonly<Record<string, { readonly hash: string; readonly size: number }>>;
  /** Hash → content type of the uploaded part. */
  readonly types: Readonly<Record<string, string>>;
  readonly config: JsonObject;
}

const cases = JSON.parse(
  await readFile(new URL('../fixtures/assets/recorded.json', import.meta.url), 'utf8'),
) as RecordedAssets[];

describe('static assets are read as wrangler reads them', () => {
  it.each(cases)('$title', async ({ files, options, manifest, types, config }) => {
    const content = Object.entries(files).map(
      ([name, base64]) => [name, Buffer.from(base64, 'base64')] as const,
    );
    const directory = await project(Object.fromEntries(content));
    const assets = await readAssets({ directory, binding: null, config: options });
    expect(manifestBody(assets)).toEqual(manifest);
    expect(
      Object.fromEntries(
        assets.entries.map(({ hash, contentType }) => [hash, contentType ?? 'application/null']),
      ),
    ).toEqual(types);
    expect(assets.config).toEqual(config);
  });
});
