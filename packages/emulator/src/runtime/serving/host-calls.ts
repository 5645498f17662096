import { asError } from '../../as-error.ts';
import type { JsonObject } from '../../json.ts';
import type { Request as HostRequest } from 'miniflare';
import { DISPATCH_HEADER } from '../sources/stand-in-sources.ts';
import { runModel } from '../stand-ins/ai.ts';
import type { NewMessage } from '../queues/broker.ts';
import type { VectorizeCall, VectorizeStore } from '../stand-ins/vectorize.ts';
import { HostResponse } from '../process/miniflare.ts';

/** What stand-ins of one account use. */
export interface HostCallServices {
  vectorize: VectorizeStore;
  sendMessages(queueName: string, messages: readonly NewMessage[], delaySeconds: number): Promise<void>;
  /** Content of a static asset of a running Worker. */
  assetFile(worker: string, hash: string): Promise<AssetContent | null>;
  /** Passes a request to a Worker of a dispatch namespace. null: there is none of that name. */
  dispatch(namespace: string, name: string, request: Request): Promise<Response | null>;
}

/** A static asset. */
export interface AssetContent {
  bytes: Uint8Array;
  contentType: string | null;
}

/** What the stand-ins of `sources/stand-in-sources.ts` send, by product. */
interface HostCalls {
  ai: { model: string; inputs?: JsonObject };
  vectorize: VectorizeCall;
  queue: { queue: string; messages: NewMessage[]; delay: number };
  asset: { worker: string; hash: string };
}

type Answerers = {
  readonly [P in keyof HostCalls]: (
    input: HostCalls[P],
    operation: string,
    services: HostCallServices,
  ) => HostResponse | Promise<HostResponse>;
};

/** Answers a call a stand-in makes from inside workerd. Failures go back as `{ name, message }`. */
export async function answerHostCall(
  request: HostRequest,
  services: HostCallServices,
): Promise<HostResponse> {
  const wanted = request.headers.get(DISPATCH_HEADER);
  try {
    if (wanted !== null) return await answerDispatch(request, wanted, services);
    const [, product = '', operation = ''] = new URL(request.url).pathname.split('/');
    if (!isProduct(product)) throw new Error(`There is no stand-in for ${product}.`);
    return await answerProduct(product, operation, request, services);
  } catch (error) {
    const { name, message } = asError(error);
    return HostResponse.json({ name, message }, { status: 500 });
  }
}

async function answerProduct<P extends keyof HostCalls>(
  product: P,
  operation: string,
  request: HostRequest,
  services: HostCallServices,
): Promise<HostResponse> {
  const answer: Answerers[P] = ANSWERERS[product];
  return answer((await request.json()) as HostCalls[P], operation, services);
}

function isProduct(name: string): name is keyof HostCalls {
  return Object.hasOwn(ANSWERERS, name);
}

const ANSWERERS: Answerers = {
  ai: ({ model, inputs = {} }, operation) => {
    if (operation === 'models') return HostResponse.json([]);
    const answer = runModel(model, inputs);
    if (answer.kind === 'json') return HostResponse.json(answer.value);
    return new HostResponse(answer.text, { headers: { 'content-type': 'text/event-stream' } });
  },
  vectorize: async (call, operation, { vectorize }) =>
    HostResponse.json(await vectorize.run(operation, call)),
  queue: async ({ queue, messages, delay }, _operation, { sendMessages }) => {
    await sendMessages(queue, messages, delay);
    return HostResponse.json(null);
  },
  asset: async ({ worker, hash }, _operation, { assetFile }) => answerAsset(await assetFile(worker, hash)),
};

function answerAsset(file: AssetContent | null): HostResponse {
  if (file === null) return new HostResponse(null, { status: 404 });
  const headers = file.contentType === null ? {} : { 'content-type': file.contentType };
  return new HostResponse(file.bytes, { headers });
}

async function answerDispatch(
  request: HostRequest,
  wanted: string,
  { dispatch }: HostCallServices,
): Promise<HostResponse> {
  const target = JSON.parse(decodeURIComponent(Buffer.from(wanted, 'base64').toString())) as Record<
    string,
    string
  >;
  const response = await dispatch(target['namespace'] ?? '', target['name'] ?? '', toGlobalRequest(request));
  if (response === null) {
    return new HostResponse('Worker not found.', { status: 404, headers: { [DISPATCH_HEADER]: 'missing' } });
  }
  return toHostResponse(response);
}

/** miniflare has its own `Request`; ours is the platform's. */
export function toGlobalRequest(request: HostRequest): Request {
  const { url, method, headers, body } = request;
  return new Request(url, {
    method,
    headers: [...headers],
    redirect: 'manual',
    ...(body === null ? {} : { body: body as ReadableStream, duplex: 'half' as const }),
  });
}

/** The other way round. */
export function toHostResponse({ status, headers, body }: Response): HostResponse {
  return new HostResponse(body as ConstructorParameters<typeof HostResponse>[0], {
    status,
    headers: [...headers],
  });
}
