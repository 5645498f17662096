import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { WorkerOptions } from 'miniflare';
import type { Json } from '../../json.ts';
import type { StoredAssets } from '../../store/model/scripts.ts';
import type { WorkerPlan } from '../plan/plan-instance.ts';
import { assetsName, frontName } from '../plan/worker-name.ts';
import { standIn } from '../plan/worker-part.ts';
import { assetManifest } from './asset-manifest.ts';
import { headerRules, redirectRules } from './asset-rules.ts';

/**
 * The Workers that serve a version's static assets: Cloudflare's own asset and router Workers, as miniflare ships them.
 * miniflare's `assets` option is not used because it has room for the files of one Worker only.
 */
export function assetWorkers(plan: WorkerPlan): WorkerOptions[] {
  const { assets, format, modules } = plan.version;
  if (assets === null) return [];
  const hasCode = format !== 'assets' && modules.length > 0 ? { has_user_worker: true } : {};
  return [
    {
      ...shipped(assetsName(plan.name), 'assets.worker.js'),
      bindings: { CONFIG: assetConfig(assets) },
      dataBlobBindings: { ASSETS_MANIFEST: assetManifest(assets.files) },
      wrappedBindings: {
        ASSETS_KV_NAMESPACE: standIn('assetFiles', { WORKER: plan.name }),
      },
    },
    {
      ...shipped(routerName(plan.name), 'router.worker.js'),
      bindings: { CONFIG: { ...hasCode, ...runWorkerFirst(assets.config['run_worker_first']) } },
      serviceBindings: { ASSET_WORKER: assetsName(plan.name), USER_WORKER: plan.name },
    },
    {
      ...shipped(frontName(plan.name), 'rpc-proxy.worker.js'),
      serviceBindings: { ROUTER_WORKER: routerName(plan.name), USER_WORKER: plan.name },
    },
  ];
}

function routerName(worker: string): string {
  return `${worker}#router`;
}

function shipped(name: string, file: string): WorkerOptions {
  const dir = join(dirname(createRequire(import.meta.url).resolve('miniflare')), 'workers', 'assets');
  return {
    name,
    compatibilityDate: '2024-08-01',
    compatibilityFlags: ['nodejs_compat', 'enable_ctx_exports'],
    modules: [{ type: 'ESModule', path: file, contents: readFileSync(join(dir, file), 'utf8') }],
    stripCfConnectingIp: false,
    cache: false,
  };
}

function assetConfig({ config }: StoredAssets): Json {
  const {
    html_handling: html,
    not_found_handling: notFound,
    _headers: headers,
    _redirects: redirects,
  } = config;
  return JSON.parse(
    JSON.stringify({
      html_handling: html,
      not_found_handling: notFound,
      headers: typeof headers === 'string' ? headerRules(headers) : undefined,
      redirects: typeof redirects === 'string' ? redirectRules(redirects) : undefined,
      has_static_routing: Array.isArray(config['run_worker_first']),
    }),
  ) as Json;
}

/** `run_worker_first`: all requests, or path rules of which `!` ones go to the assets. */
function runWorkerFirst(value: Json | undefined): Record<string, Json> {
  if (value === true) return { invoke_user_worker_ahead_of_assets: true };
  if (!Array.isArray(value)) return {};
  const rules = value.map(String);
  return {
    static_routing: {
      user_worker: rules.filter((rule) => !rule.startsWith('!')),
      asset_worker: rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1)),
    },
  };
}
