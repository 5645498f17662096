import type { ApiFailure } from './errors.ts';
import type { Json, JsonObject } from '../json.ts';

/** Page information of a list answer. */
export type ResultInfo = {
  page?: number;
  per_page?: number;
  count?: number;
  total_count?: number;
  total_pages?: number;
  cursor?: string;
};

/** A successful answer in Cloudflare's envelope. */
export function success(
  result: Json | undefined,
  options: { status?: number; resultInfo?: ResultInfo; messages?: { code: number; message: string }[] } = {},
): Response {
  const body: JsonObject = {
    success: true,
    errors: [],
    messages: options.messages ?? [],
    result,
  };
  if (options.resultInfo !== undefined) body['result_info'] = options.resultInfo;
  return json(body, options.status ?? 200);
}

/** Numbers of what each refusal said: who needs them must not read its body, which takes longer than making it. */
const said = new WeakMap<Response, number[]>();

/** The answer of a refused request. */
export function refusal(failed: ApiFailure): Response {
  const answer = json({ success: false, errors: failed.errors, messages: [], result: null }, failed.status);
  for (const [name, value] of Object.entries(failed.headers)) answer.headers.set(name, value);
  said.set(
    answer,
    failed.errors.map(({ code }) => code),
  );
  return answer;
}

/** Numbers of the errors in an answer; none in one that is no {@link refusal}. */
export function codesOf(answer: Response): number[] {
  return said.get(answer) ?? [];
}

function json(body: Json | undefined, status: number): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
