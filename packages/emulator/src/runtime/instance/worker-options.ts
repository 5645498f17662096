import { resolve } from 'node:path';
import type { WorkerOptions } from 'miniflare';
import type { StoredModule, VersionDocument } from '../../store/model/scripts.ts';
import { runnableDate } from '../compatibility.ts';
import { moduleKind, moduleName } from '../module-kind.ts';
import type { ModuleKind } from '../module-kind.ts';
import { ROUTER } from '../sources/router-source.ts';
import type { WorkerPlan } from '../plan/plan-instance.ts';

/** Reads the bytes of a stored blob. */
export type ReadBlob = (hash: string) => Promise<Uint8Array>;

/** Folder modules pretend to be in, so that stack traces say nothing of this machine. */
export const MODULES_ROOT = resolve('/worker');

type ModuleOption = { type: 'ESModule' | 'CommonJS' | 'Text' | 'Data' | 'CompiledWasm' | 'PythonModule' };

const TYPES: Record<Exclude<ModuleKind, 'json'>, ModuleOption['type']> = {
  esm: 'ESModule',
  commonjs: 'CommonJS',
  text: 'Text',
  data: 'Data',
  wasm: 'CompiledWasm',
  python: 'PythonModule',
};

/** The miniflare options of one Worker: its code and its bindings. */
export async function workerOptions(plan: WorkerPlan, readBlob: ReadBlob): Promise<WorkerOptions> {
  const { parts: _parts, sendEmail, ...part } = plan.part;
  const { version } = plan;
  return {
    name: plan.name,
    compatibilityDate: runnableDate(version.compatibilityDate),
    compatibilityFlags: version.compatibilityFlags,
    ...(await code(plan, readBlob)),
    ...part,
    ...(await partBindings(plan, readBlob)),
    ...(sendEmail === undefined
      ? {}
      : { email: { send_email: Object.entries(sendEmail).map(([name, limits]) => ({ name, ...limits })) } }),
    additionalUnboundDurableObjects: plan.objects.map(({ scriptName: _own, ...object }) => object),
    stripCfConnectingIp: false,
    outboundService: { name: ROUTER.name, entrypoint: ROUTER.outbound },
    tails: [
      { name: ROUTER.name, props: { scriptName: plan.scriptName, versionId: version.id } },
      ...plan.tails.map((name) => ({ name })),
    ],
  };
}

async function code({ version, failure }: WorkerPlan, readBlob: ReadBlob): Promise<WorkerOptions> {
  if (failure !== undefined) return { modules: true, script: failing(failure, version.shape.namedHandlers) };
  const main = version.modules.find(({ name }) => moduleName(name) === moduleName(version.mainModule ?? ''));
  if (main === undefined) return { modules: true, script: NO_CODE };
  if (version.format === 'service-worker') return { script: text(await readBlob(main.blob)) };
  const others = version.modules.filter((module) => module !== main);
  const modules = await Promise.all([main, ...others].map((module) => moduleOption(module, readBlob)));
  return { modulesRoot: MODULES_ROOT, modules: modules.flat() };
}

/** What runs for a version without code. Its requests are answered by its assets. */
const NO_CODE = `export default { fetch: () => new Response(null, { status: 404 }) };`;

/** A Worker with the same exports, all of which throw the reason. */
function failing(reason: string, exported: VersionDocument['shape']['namedHandlers']): string {
  const classes = exported
    .filter(({ name }) => /^[A-Za-z_$][\w$]*$/.test(name))
    .map(({ name }) => `export class ${name} { constructor() { fail(); } }`);
  return [
    `const fail = () => { throw new Error(${JSON.stringify(reason)}); };`,
    ...classes,
    `export default { fetch: fail, scheduled: fail, queue: fail };`,
  ].join('\n');
}

async function moduleOption(module: StoredModule, readBlob: ReadBlob) {
  const kind = moduleKind(module.contentType);
  if (kind === null) return [];
  const path = resolve(MODULES_ROOT, moduleName(module.name));
  const bytes = await readBlob(module.blob);
  // miniflare has no JSON modules.
  if (kind === 'json')
    return [{ type: 'ESModule' as const, path, contents: `export default ${text(bytes)};` }];
  const binary = kind === 'data' || kind === 'wasm';
  return [{ type: TYPES[kind], path, contents: binary ? bytes : text(bytes) }];
}

type PartBindings = Pick<WorkerOptions, 'wasmBindings' | 'dataBlobBindings' | 'bindings'>;

/** Bindings whose value is an uploaded part, and the plain ones, which share a section with its texts. */
async function partBindings({ version, part }: WorkerPlan, readBlob: ReadBlob): Promise<PartBindings> {
  const parts = Object.entries(part.parts ?? {});
  const wasmBindings: Record<string, Uint8Array> = {};
  const dataBlobBindings: Record<string, Uint8Array> = {};
  const texts: Record<string, string> = {};
  for (const [name, { kind, part: partName }] of parts) {
    const stored = version.modules.find((module) => module.name === partName);
    if (stored === undefined) continue;
    const bytes = await readBlob(stored.blob);
    if (kind === 'text') texts[name] = text(bytes);
    else (kind === 'wasm' ? wasmBindings : dataBlobBindings)[name] = bytes;
  }
  return { wasmBindings, dataBlobBindings, bindings: { ...part.bindings, ...texts } };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
