import { Response as HostResponse } from 'miniflare';
import type { Request as HostRequest } from 'miniflare';
import { runModel } from './stand-ins/ai.ts';
import type { VectorizeCall, VectorizeStore } from './stand-ins/vectorize.ts';

/** What stand-ins of one account use. */
export interface HostCallServices {
  vectorize: VectorizeStore;
}

/** Answers a call a stand-in makes from inside workerd. Failures go back as `{ name, message }`. */
export async function answerHostCall(
  request: HostRequest,
  services: HostCallServices,
): Promise<HostResponse> {
  const [, product = '', operation = ''] = new URL(request.url).pathname.split('/');
  try {
    const input = (await request.json()) as Record<string, unknown>;
    if (product === 'ai') return answerAi(operation, input);
    if (product === 'vectorize') {
      return HostResponse.json(await services.vectorize.run(operation, input as unknown as VectorizeCall));
    }
    throw new Error(`There is no stand-in for ${product}.`);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return HostResponse.json({ name, message }, { status: 500 });
  }
}

function answerAi(operation: string, input: Record<string, unknown>): HostResponse {
  if (operation === 'models') return HostResponse.json([]);
  const answer = runModel(String(input['model']), (input['inputs'] ?? {}) as Record<string, unknown>);
  if (answer.kind === 'json') return HostResponse.json(answer.value);
  return new HostResponse(answer.text, { headers: { 'content-type': 'text/event-stream' } });
}
