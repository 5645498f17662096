/**
 * In the place of Node's classes where thousands of lives are lived: nothing is sent anywhere, so bodies stay what they
 * were given as, and nobody has to stream them. What a life does not ask for is not here.
 */

type Fields =
  Headers | globalThis.Headers | Readonly<Record<string, string>> | Iterable<readonly [string, string]>;
type Content = string | ArrayBuffer | NodeJS.ArrayBufferView | FormData | URLSearchParams | Blob | null;

const MULTIPART = 'multipart/form-data; boundary=it-stays-a-form';

export class Headers {
  readonly #fields: Map<string, string> = new Map();

  constructor(fields: Fields = []) {
    if (fields instanceof Headers) {
      this.#fields = new Map(fields.#fields);
      return;
    }
    const pairs = Symbol.iterator in fields ? fields : Object.entries(fields);
    for (const [name, value] of pairs) this.append(name, value);
  }

  append(name: string, value: string): void {
    const key = name.toLowerCase();
    const known = this.#fields.get(key);
    this.#fields.set(key, known === undefined ? String(value).trim() : `${known}, ${value}`);
  }

  delete(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  get(name: string): string | null {
    return this.#fields.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#fields.set(name.toLowerCase(), String(value).trim());
  }

  forEach(each: (value: string, name: string) => void): void {
    for (const [name, value] of this) each(value, name);
  }

  /** As they were set; nobody here asks for their order. */
  entries(): IterableIterator<[string, string]> {
    return this.#fields.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

/** A body that can be read once. */
class Message {
  readonly headers: Headers;
  readonly #content: Content;
  bodyUsed = false;

  constructor(content: Content | undefined, fields: Fields | undefined) {
    this.#content = content ?? null;
    this.headers = new Headers(fields);
    const type = typeOf(this.#content);
    if (type !== null && !this.headers.has('content-type')) this.headers.set('content-type', type);
  }

  /** What can be asked of a stream here: its one piece, or to let it go. */
  get body(): {
    [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined>;
    cancel(): Promise<void>;
  } | null {
    if (this.#content === null) return null;
    const piece = (): Promise<Buffer> => this.#bytes();
    return {
      // By hand: a generator takes longer than all that is read here.
      [Symbol.asyncIterator]() {
        let read = false;
        const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
          if (read) return { done: true, value: undefined };
          read = true;
          return { done: false, value: await piece() };
        };
        return { next };
      },
      cancel: async () => void (this.bodyUsed = true),
    };
  }

  async text(): Promise<string> {
    if (typeof this.#content === 'string') return this.#take(this.#content);
    return (await this.#bytes()).toString('utf8');
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return Uint8Array.from(await this.#bytes()).buffer;
  }

  async formData(): Promise<FormData> {
    if (this.#content instanceof FormData) return this.#take(this.#content);
    const headers = { 'content-type': this.headers.get('content-type') ?? '' };
    return new globalThis.Response(await this.arrayBuffer(), { headers }).formData();
  }

  /** What it was made with, for a copy. */
  protected content(): Content {
    if (this.bodyUsed) throw new TypeError('Body is unusable');
    return this.#content;
  }

  #take<T>(content: T): T {
    if (this.bodyUsed) throw new TypeError('Body is unusable');
    this.bodyUsed = this.#content !== null;
    return content;
  }

  async #bytes(): Promise<Buffer> {
    const content = this.#take(this.#content);
    if (content === null) return Buffer.alloc(0);
    if (typeof content === 'string') return Buffer.from(content);
    if (content instanceof URLSearchParams) return Buffer.from(content.toString());
    if (content instanceof Blob) return Buffer.from(await content.arrayBuffer());
    if (content instanceof ArrayBuffer) return Buffer.from(content);
    if (content instanceof FormData) throw new TypeError('it stays a form');
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  }
}

function typeOf(content: Content): string | null {
  if (typeof content === 'string') return 'text/plain;charset=UTF-8';
  if (content instanceof URLSearchParams) return 'application/x-www-form-urlencoded;charset=UTF-8';
  if (content instanceof FormData) return MULTIPART;
  return content instanceof Blob && content.type !== '' ? content.type : null;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Fields;
  readonly body?: Content;
}

export class Request extends Message {
  readonly url: string;
  readonly method: string;

  constructor(input: string | URL | Request, asked: Asked = {}) {
    const from = input instanceof Request ? input : null;
    super(asked.body ?? from?.content(), asked.headers ?? from?.headers);
    this.url = from?.url ?? new URL(String(input)).href;
    this.method = (asked.method ?? from?.method ?? 'GET').toUpperCase();
  }

  clone(): Request {
    return new Request(this);
  }
}

interface Answered {
  readonly status?: number;
  readonly headers?: Fields;
}

export class Response extends Message {
  readonly status: number;
  readonly statusText = '';

  constructor(content?: Content, { status = 200, headers }: Answered = {}) {
    super(content, headers);
    this.status = status;
  }

  static json(value: unknown, answered: Answered = {}): Response {
    const response = new Response(JSON.stringify(value), answered);
    response.headers.set('content-type', 'application/json');
    return response;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  clone(): Response {
    return new Response(this.content(), this);
  }
}
