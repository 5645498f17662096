import { Response as HostResponse } from 'miniflare';
import type { Request as HostRequest } from 'miniflare';
import { DISPATCH_HEADER } from '../sources/stand-in-sources.ts';
import { runModel } from '../stand-ins/ai.ts';
import type { NewMessage } from '../queues/broker.ts';
import type { VectorizeCall, VectorizeStore } from '../stand-ins/vectorize.ts';

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

/** Answers a call a stand-in makes from inside workerd. Failures go back as `{ name, message }`. */
export async function answerHostCall(
  request: HostRequest,
  services: HostCallServices,
): Promise<HostResponse> {
  const wanted = request.headers.get(DISPATCH_HEADER);
  try {
    if (wanted !== null) return await answerDispatch(request, wanted, services);
    const [, product = '', operation = ''] = new URL(request.url).pathname.split('/');
    const input = (await request.json()) as Record<string, unknown>;
    return await answerProduct(product, operation, input, services);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return HostResponse.json({ name, message }, { status: 500 });
  }
}

async function answerProduct(
  product: string,
  operation: string,
  input: Record<string, unknown>,
  services: HostCallServices,
): Promise<HostResponse> {
  switch (product) {
    case 'ai':
      return answerAi(operation, input);
    case 'vectorize':
      return HostResponse.json(await services.vectorize.run(operation, input as unknown as VectorizeCall));
    case 'queue':
      await services.sendMessages(
        String(input['queue']),
        input['messages'] as NewMessage[],
        Number(input['delay']),
      );
      return HostResponse.json(null);
    case 'asset':
      return answerAsset(await services.assetFile(String(input['worker']), String(input['hash'])));
    default:
      throw new Error(`There is no stand-in for ${product}.`);
  }
}

function answerAi(operation: string, input: Record<string, unknown>): HostResponse {
  if (operation === 'models') return HostResponse.json([]);
  const answer = runModel(String(input['model']), (input['inputs'] ?? {}) as Record<string, unknown>);
  if (answer.kind === 'json') return HostResponse.json(answer.value);
  return new HostResponse(answer.text, { headers: { 'content-type': 'text/event-stream' } });
}

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
