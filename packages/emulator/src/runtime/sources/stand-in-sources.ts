/** Name of the Worker that stands for {@link standInsSource}. */
export const STAND_INS = 'stand-ins';

/** Sends a call as JSON and throws what came back as an error with its own name. */
const CALL = `
const call = async (env, path, input) => {
  const response = await env.HOST.fetch('http://host/' + path, { method: 'POST', body: JSON.stringify(input) });
  if (response.ok) return response;
  const { name, message } = await response.json();
  throw Object.assign(new Error(message), { name });
};
const json = async (env, path, input) => (await call(env, path, input)).json();
`;

/** Names the Worker a dispatcher wants; on a response: the reason it did not get it. */
export const DISPATCH_HEADER = 'x-cf-deploy-dispatch';

/**
 * Source of the module all wrapped bindings come from. Each export makes, inside the Worker that binds it, the object it
 * sees in its `env`. `HOST` is the Worker that passes calls on to our own process.
 */
export function standInsSource(): string {
  return [CALL, ai(), vectorize(), queue(), dispatch(), assetFiles(), secret(), refused()].join('');
}

function ai(): string {
  return `
class Ai {
  #env;
  aiGatewayLogId = null;
  constructor(env) { this.#env = env; }
  async run(model, inputs = {}, options = {}) {
    const response = await call(this.#env, 'ai/run', { model, inputs });
    if (options.returnRawResponse) return response;
    return inputs.stream === true ? response.body : response.json();
  }
  async models() { return json(this.#env, 'ai/models', {}); }
  gateway(id) {
    const unavailable = async () => { throw new Error('AI Gateway "' + id + '" has no local runtime.'); };
    return { run: unavailable, getLog: unavailable, patchLog: unavailable, getUrl: unavailable };
  }
  async toMarkdown() { throw new Error('AI toMarkdown() has no local runtime.'); }
}
export const ai = (env) => new Ai(env);
`;
}

function vectorize(): string {
  return `
const plain = (vectors) => vectors.map((vector) => ({ ...vector, values: Array.from(vector.values) }));
class VectorizeIndex {
  #env;
  constructor(env) { this.#env = env; }
  #ask(operation, input) { return json(this.#env, 'vectorize/' + operation, { index: this.#env.INDEX, ...input }); }
  async describe() { return this.#ask('describe', {}); }
  async query(vector, options = {}) { return this.#ask('query', { vector: Array.from(vector), options }); }
  async queryById(id, options = {}) { return this.#ask('queryById', { id, options }); }
  async insert(vectors) { return this.#ask('insert', { vectors: plain(vectors) }); }
  async upsert(vectors) { return this.#ask('upsert', { vectors: plain(vectors) }); }
  async getByIds(ids) { return this.#ask('getByIds', { ids }); }
  async deleteByIds(ids) { return this.#ask('deleteByIds', { ids }); }
}
export const vectorize = (env) => new VectorizeIndex(env);
`;
}

function refused(): string {
  return `
export const refused = ({ NAME, TYPE }) => {
  const refuse = () => { throw new Error('Binding "' + NAME + '" of type ' + TYPE + ' has no local runtime.'); };
  return new Proxy({}, {
    get: (_, key) => (typeof key === 'symbol' || key === 'then' || key === 'toJSON' ? undefined : refuse),
  });
};
`;
}

function queue(): string {
  return `
const base64 = (value) => {
  const view = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  let text = '';
  for (const byte of view) text += String.fromCharCode(byte);
  return btoa(text);
};
const encode = (body, { contentType = 'json', delaySeconds } = {}) => {
  if (contentType === 'bytes') return { contentType, delaySeconds, body: base64(body) };
  if (contentType === 'text' && typeof body !== 'string') throw new TypeError('A text message needs a string.');
  return { contentType, delaySeconds, body };
};
class Queue {
  #env;
  constructor(env) { this.#env = env; }
  async #put(messages) {
    await json(this.#env, 'queue/send', { queue: this.#env.QUEUE, delay: this.#env.DELAY, messages });
  }
  async send(body, options) { await this.#put([encode(body, options)]); }
  async sendBatch(messages, options = {}) {
    await this.#put([...messages].map(({ body, ...own }) => encode(body, { ...options, ...own })));
  }
}
export const queue = (env) => new Queue(env);
`;
}

/** The target travels in a header, so that the request itself is passed on unchanged. */
function dispatch(): string {
  return `
class Dispatcher {
  #env;
  constructor(env) { this.#env = env; }
  get(name, args, options) {
    if (options?.outbound !== undefined) throw new Error('Outbound Workers have no local runtime.');
    const { HOST, NAMESPACE } = this.#env;
    const fetch = async (input, init) => {
      const request = new Request(input, init);
      request.headers.set('${DISPATCH_HEADER}', btoa(encodeURIComponent(JSON.stringify({ namespace: NAMESPACE, name }))));
      const response = await HOST.fetch(request);
      if (response.headers.has('${DISPATCH_HEADER}')) throw new Error(await response.text());
      return response;
    };
    return { fetch };
  }
}
export const dispatch = (env) => new Dispatcher(env);
`;
}

/** The part of a KV namespace the asset Worker reads its files from. */
function assetFiles(): string {
  return `
export const assetFiles = ({ HOST, WORKER }) => ({
  async getWithMetadata(hash) {
    const response = await HOST.fetch('http://host/asset/file', { method: 'POST', body: JSON.stringify({ worker: WORKER, hash }) });
    if (!response.ok) return { value: null, metadata: null };
    return { value: response.body, metadata: { contentType: response.headers.get('content-type') ?? undefined } };
  },
});
`;
}

function secret(): string {
  return `
export const secret = ({ NAME, VALUE }) => ({
  async get() {
    if (VALUE === null) throw new Error('Secret "' + NAME + '" not found');
    return VALUE;
  },
});
`;
}
