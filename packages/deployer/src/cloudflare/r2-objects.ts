import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { path } from './client/path.ts';
import { anyShape, rawShape } from './shapes.ts';

/** A bucket of an account. */
export interface BucketRef {
  readonly bucket: string;
  /** Where its objects must stay, such as `eu`; undefined: nowhere in particular. */
  readonly jurisdiction?: string | undefined;
}

/** One object of a list. */
export interface ListedObject {
  readonly key: string;
  /** Last written, ms since 1970. */
  readonly at: number;
}

/** As many as one page of the list holds. Source: R2, list objects. */
const PER_PAGE = 1_000;
/** A server that gives the same cursor for ever must not keep us. */
const MOST_PAGES = 10_000;
/** The API's number for an object that is not there. */
const NO_SUCH_OBJECT = 10007;

/** Objects whose key begins so. @throws ApiError */
export async function listObjects(
  reader: ReadClient,
  ref: BucketRef,
  prefix: string,
): Promise<readonly ListedObject[]> {
  const all: ListedObject[] = [];
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { result, info } = await reader.page({
      purpose: `list objects of R2 bucket ${ref.bucket}`,
      path: path`/accounts/${reader.accountId}/r2/buckets/${ref.bucket}/objects`,
      query: { prefix, per_page: PER_PAGE, ...(cursor === '' ? {} : { cursor }) },
      headers: headersOf(ref),
      shape: z.array(z.looseObject({ key: z.string(), last_modified: z.string() })),
    });
    all.push(...result.map(({ key, last_modified }) => ({ key, at: Date.parse(last_modified) || 0 })));
    const next = info['cursor'];
    if (typeof next !== 'string' || next === '' || next === cursor || info['is_truncated'] === false) break;
    cursor = next;
  }
  return all;
}

/** What is in an object; null when there is none of that key. @throws ApiError */
export async function readObject(
  reader: ReadClient,
  ref: BucketRef,
  key: string,
): Promise<Uint8Array | null> {
  const answer = await reader.find(
    {
      purpose: `read object ${key} of R2 bucket ${ref.bucket}`,
      path: objectPath(reader.accountId, ref, key),
      headers: headersOf(ref),
      raw: true,
      shape: rawShape,
    },
    [NO_SUCH_OBJECT],
  );
  return answer?.bytes ?? null;
}

/** Writes an object, or over it. @throws ApiError */
export async function writeObject(
  writer: WriteClient,
  ref: BucketRef,
  { key, text }: { readonly key: string; readonly text: string },
): Promise<void> {
  await writer.write({
    purpose: `write object ${key} of R2 bucket ${ref.bucket}`,
    method: 'put',
    path: objectPath(writer.accountId, ref, key),
    headers: { ...headersOf(ref), 'Content-Type': 'application/octet-stream' },
    body: () => Buffer.from(text),
    repeat: 'safe',
    shape: anyShape,
  });
}

/** Deletes an object. One that is not there is no error. @throws ApiError */
export async function deleteObject(writer: WriteClient, ref: BucketRef, key: string): Promise<void> {
  await writer.write({
    purpose: `delete object ${key} of R2 bucket ${ref.bucket}`,
    method: 'delete',
    path: objectPath(writer.accountId, ref, key),
    headers: headersOf(ref),
    repeat: 'safe',
    shape: anyShape,
  });
}

function objectPath(accountId: string, { bucket }: BucketRef, key: string): string {
  return path`/accounts/${accountId}/r2/buckets/${bucket}/objects/${key}`;
}

function headersOf({ jurisdiction }: BucketRef): Readonly<Record<string, string>> {
  return jurisdiction === undefined ? {} : { 'cf-r2-jurisdiction': jurisdiction };
}
