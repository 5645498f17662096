import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Log, LogLevel, Miniflare, type ModuleDefinition } from 'miniflare';
import { onTestFinished } from 'vitest';
import type { BuildContext } from '../../src/bundle/build-context.ts';
import type { Bundle, BundleModule } from '../../src/bundle/bundle.ts';
import { temporaryFolder } from './support.ts';

const MODULE_TYPES: Partial<Record<BundleModule['contentType'], ModuleDefinition['type']>> = {
  'application/javascript+module': 'ESModule',
  'application/javascript': 'CommonJS',
  'application/wasm': 'CompiledWasm',
  'text/plain': 'Text',
  'application/octet-stream': 'Data',
};

/**
 * Starts a bundle in workerd, as it would be uploaded, until the test is over.
 *
 * @throws Error with what workerd printed when it does not start
 */
export async function startBundle(
  bundle: Bundle,
  context: Pick<BuildContext, 'compatibilityDate' | 'compatibilityFlags'>,
): Promise<(url?: string, init?: RequestInit) => Promise<Response>> {
  const printed: string[] = [];
  const miniflare = new Miniflare({
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      for (const stream of [stdout, stderr])
        stream.on('data', (text: Buffer) => printed.push(text.toString()));
    },
    compatibilityDate: context.compatibilityDate,
    compatibilityFlags: [...context.compatibilityFlags],
    ...(bundle.format === 'modules' ? { modules: modules(bundle) } : await serviceWorker(bundle)),
  });
  // Disposing of one that never started fails with the same error again.
  onTestFinished(() => miniflare.dispose().catch(() => undefined));
  await miniflare.ready.catch(() => {
    throw new Error(printed.join(''));
  });
  return async (url = '/', init) =>
    (await miniflare.dispatchFetch(`http://localhost${url}`, init as never)) as unknown as Response;
}

function modules(bundle: Bundle): ModuleDefinition[] {
  return bundle.modules.map(({ name, contentType, bytes }) => ({
    type: MODULE_TYPES[contentType] ?? 'Data',
    path: name,
    contents: Uint8Array.from(bytes),
  }));
}

/** Blobs of a service worker are given to miniflare as files or bytes, by kind. */
async function serviceWorker(bundle: Bundle) {
  const [script, ...blobs] = bundle.modules;
  const folder = await temporaryFolder();
  const textBlobBindings: Record<string, string> = {};
  const dataBlobBindings: Record<string, Uint8Array<ArrayBuffer>> = {};
  const wasmBindings: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const { name, contentType, bytes } of blobs) {
    if (contentType === 'application/wasm') wasmBindings[name] = Uint8Array.from(bytes);
    else if (contentType !== 'text/plain') dataBlobBindings[name] = Uint8Array.from(bytes);
    else {
      textBlobBindings[name] = path.join(folder, name);
      await writeFile(path.join(folder, name), bytes);
    }
  }
  const code = Buffer.from(script?.bytes ?? []).toString();
  return { script: code, textBlobBindings, dataBlobBindings, wasmBindings };
}
