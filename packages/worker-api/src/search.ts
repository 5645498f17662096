import type { Scope } from './scope.ts';
import { isObject } from './shapes.ts';

/** Something found that is close to the question. */
export interface Source {
  readonly id: string;
  /** Similarity, higher is closer. */
  readonly score: number;
  readonly text: string | null;
}

const TOP_K = 3;
/** Embeddings of the same text by the same model do not change; a day bounds what the cache holds. */
const CACHE_SECONDS = 24 * 60 * 60;

/** Texts of the tenant's own namespace closest to the question. */
export async function searchSources(scope: Scope, question: string): Promise<readonly Source[]> {
  const found = await scope.env.VECTORIZE.query(await embed(scope, question), {
    topK: TOP_K,
    namespace: scope.settings.vectorizeNamespace,
    returnMetadata: 'all',
  });
  return found.matches.map((match) => {
    const text = match.metadata?.['text'];
    return { id: match.id, score: match.score, text: typeof text === 'string' ? text : null };
  });
}

/** Remembers a text in the tenant's namespace, so that later questions find it. */
export async function remember(scope: Scope, text: string): Promise<void> {
  const namespace = scope.settings.vectorizeNamespace;
  const values = await embed(scope, text);
  const id = await digest(`${namespace}\n${text}`);
  await scope.env.VECTORIZE.upsert([{ id, values, namespace, metadata: { text } }]);
}

async function embed({ env, tenant, settings }: Scope, text: string): Promise<number[]> {
  const model = settings.models.embeddings;
  const key = `embedding:${tenant.id}:${await digest(`${model}\n${text}`)}`;
  const cached = await env.CACHE.get<number[]>(key, 'json');
  if (cached !== null) return cached;
  const answer = await env.AI.run(model, { text: [text] }, { gateway: { id: settings.gatewayId } });
  const vector =
    isObject(answer) && Array.isArray(answer['data']) ? (answer['data'][0] as unknown) : undefined;
  if (!isVector(vector)) throw new Error(`${model} did not answer with an embedding`);
  await env.CACHE.put(key, JSON.stringify(vector), { expirationTtl: CACHE_SECONDS });
  return vector;
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((n) => typeof n === 'number');
}

/** SHA-256 in hex: 64 characters, the longest id Vectorize takes. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
