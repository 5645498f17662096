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

/**
 * Sources of wrapped bindings: each module's default export makes, inside the Worker that binds it, the object it sees in
 * its `env`. `HOST` is the function that answers for them in our own process.
 */
export const STAND_IN_SOURCES: Record<string, string> = {
  'stand-in:ai': ai(),
  'stand-in:vectorize': vectorize(),
  'stand-in:refused': refused(),
};

function ai(): string {
  return `${CALL}
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
export default (env) => new Ai(env);
`;
}

function vectorize(): string {
  return `${CALL}
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
export default (env) => new VectorizeIndex(env);
`;
}

function refused(): string {
  return `
export default ({ NAME, TYPE }) => {
  const refuse = () => { throw new Error('Binding "' + NAME + '" of type ' + TYPE + ' has no local runtime.'); };
  return new Proxy({}, {
    get: (_, key) => (typeof key === 'symbol' || key === 'then' || key === 'toJSON' ? undefined : refuse),
  });
};
`;
}
