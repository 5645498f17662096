import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { ModuleDefinition } from 'miniflare';
import { Log, LogLevel, Miniflare } from '../../../emulator/src/runtime/process/miniflare.ts';
import { onTestFinished } from 'vitest';
import type { BuildContext } from '../../src/bundle/build-context.ts';
import type { Bundle, BundleModule } from '../../src/bundle/bundle.ts';
import { temporaryFolder } from './support.ts';

/** How the Worker Loader names what a module is; what is not here is bytes. */
const KINDS: Partial<Record<BundleModule['contentType'], string>> = {
  'application/javascript+module': 'js',
  'application/javascript': 'cjs',
  'application/wasm': 'wasm',
  'text/plain': 'text',
};

/** Keeps each code it is sent, and answers a request as the code that the request names does. */
const HOST = `
const codes = [];
const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const content = (kind, body) => {
  if (kind === 'wasm' || kind === 'data') return { [kind]: bytes(body).buffer };
  return { [kind]: new TextDecoder().decode(bytes(body)) };
};
export default {
  async fetch(request, env) {
    const id = request.headers.get('code');
    if (id === null) {
      const { modules, ...code } = await request.json();
      const contents = modules.map(({ name, kind, body }) => [name, content(kind, body)]);
      return Response.json(codes.push({ ...code, modules: Object.fromEntries(contents) }) - 1);
    }
    const headers = new Headers(request.headers);
    headers.delete('code');
    return env.LOADER.get(id, () => codes[id]).getEntrypoint().fetch(new Request(request, { headers }));
  },
};
`;

/** Asks a started bundle. */
type Ask = (url?: string, init?: { readonly headers: Readonly<Record<string, string>> }) => Promise<Response>;
type Runs = Pick<BuildContext, 'compatibilityDate' | 'compatibilityFlags'>;

let host: Promise<Miniflare> | undefined;

/**
 * Starts a bundle in workerd, as it would be uploaded: modules in an isolate of the process that all share, because
 * starting one takes longer than building; a service worker, which the Worker Loader does not take, in one of its own.
 */
export async function startBundle(bundle: Bundle, context: Runs): Promise<Ask> {
  if (bundle.format !== 'modules') return startAlone(bundle, context);
  host ??= startHost();
  const shared = await host;
  const body = JSON.stringify({ ...runs(context), mainModule: bundle.mainModule, modules: sent(bundle) });
  const kept = await shared.dispatchFetch('http://localhost/', { method: 'POST', body });
  const code = String(await kept.json());
  return async (url = '/', { headers } = { headers: {} }) =>
    (await shared.dispatchFetch(`http://localhost${url}`, {
      headers: { ...headers, code },
    })) as unknown as Response;
}

/** Ends the process that all share. */
export async function stopBundles(): Promise<void> {
  const shared = await host;
  host = undefined;
  await shared?.dispose();
}

async function startHost(): Promise<Miniflare> {
  const shared = new Miniflare({
    log: new Log(LogLevel.NONE),
    compatibilityDate: '2026-08-04',
    modules: [{ type: 'ESModule', path: 'host.js', contents: HOST }],
    workerLoaders: { LOADER: {} },
  });
  await shared.ready;
  return shared;
}

const runs = ({ compatibilityDate, compatibilityFlags }: Runs): Runs => ({
  compatibilityDate,
  compatibilityFlags: [...compatibilityFlags],
});

const sent = (bundle: Bundle): readonly object[] =>
  bundle.modules.map(({ name, contentType, bytes }) => ({
    name,
    kind: KINDS[contentType] ?? 'data',
    body: Buffer.from(bytes).toString('base64'),
  }));

/**
 * Starts a bundle in a workerd of its own until the test is over.
 *
 * @throws Error with what workerd printed when it does not start
 */
export async function startAlone(bundle: Bundle, context: Runs): Promise<Ask> {
  const code = bundle.format === 'modules' ? { modules: modules(bundle) } : await serviceWorker(bundle);
  const printed: string[] = [];
  const miniflare = new Miniflare({
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      for (const stream of [stdout, stderr])
        stream.on('data', (text: Buffer) => printed.push(text.toString()));
    },
    compatibilityDate: context.compatibilityDate,
    compatibilityFlags: [...context.compatibilityFlags],
    ...code,
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
    type: contentType === 'application/javascript+module' ? 'ESModule' : 'Data',
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
