import { createRequire } from 'node:module';
import type Cloudflare from 'cloudflare';
import type { Emulator } from '../../src/index.ts';
import { TOKEN } from './client.ts';
import { differences, operationOf } from './conformance.ts';

/** Its 1,150 modules: asking Node's loader for each takes three times as long as `require` takes for all. */
const official = createRequire(import.meta.url)('cloudflare') as typeof import('cloudflare');

/** The official SDK on an emulator. Each JSON answer is held against the published schema. */
export interface CheckedSdk {
  client: Cloudflare;
  /** Operations called so far. */
  operations: Set<string>;
  /** Schema differences found so far. */
  problems: string[];
}

/** Makes a {@link CheckedSdk}. */
export function checkedSdk(emulator: Emulator, token = TOKEN): CheckedSdk {
  const sdk: Omit<CheckedSdk, 'client'> = { operations: new Set(), problems: [] };
  const client = new official.Cloudflare({
    apiToken: token,
    maxRetries: 0,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      // The SDK probes the transport's handling of forms with a data URL.
      if (request.url.startsWith('data:')) return fetch(request);
      const response = await emulator.fetch(request);
      const path = new URL(request.url).pathname.slice('/client/v4'.length);
      const operation = operationOf(request.method, path);
      if (operation === undefined) sdk.problems.push(`${request.method} ${path} is not published`);
      else if (response.ok) {
        sdk.operations.add(operation);
        if (response.headers.get('content-type') === 'application/json') {
          sdk.problems.push(...differences(operation, await response.clone().json()));
        }
      }
      return response;
    },
  });
  return { ...sdk, client };
}

/** @throws Error listing every answer that did not match the published schema. */
export function assertConforms({ problems }: CheckedSdk): void {
  if (problems.length > 0)
    throw new Error(`Answers differ from the published schemas:\n${problems.join('\n')}`);
}
