import { Request as PlainRequest } from '../simulation/doubles/http.ts';

/**
 * What was handed to a `fetch`, as a request. One to the API is a plain object whose body stays as it was given: Node makes
 * streams and signals for each, which took longer than the embedded Cloudflare takes to answer. Those to Workers are
 * Node's own, because whatever runs them may ask for all that a request has.
 */
export function toRequest(input: string | URL | Request, init?: RequestInit): Request {
  if (input instanceof PlainRequest && init === undefined) return input as unknown as Request;
  if (typeof input !== 'string' || new URL(input).host !== 'api.cloudflare.com')
    return new Request(input, init);
  return new PlainRequest(input, init as ConstructorParameters<typeof PlainRequest>[1]) as unknown as Request;
}
