/**
 * Source of the long-lived Worker that loads candidates into fresh isolates (Worker Loader binding `LOADER`) and passes
 * on what their wrapper reports. The loaded isolate has no network.
 */
export const CHECK_HOST_SOURCE = `
const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
const load = ({ kind, body }) => {
  if (kind === 'esm') return { js: body };
  if (kind === 'commonjs') return { cjs: body };
  if (kind === 'text') return { text: body };
  if (kind === 'json') return { json: JSON.parse(body) };
  if (kind === 'python') return { py: body };
  return kind === 'wasm' ? { wasm: bytes(body) } : { data: bytes(body) };
};
export default {
  async fetch(request, env) {
    const { modules, ...code } = await request.json();
    const began = Date.now();
    try {
      const loaded = env.LOADER.load({
        ...code,
        globalOutbound: null,
        modules: Object.fromEntries(modules.map((module) => [module.name, load(module)])),
      });
      const response = await loaded.getEntrypoint().fetch('http://check/');
      return Response.json({ report: await response.json(), elapsedMs: Date.now() - began });
    } catch (error) {
      return Response.json({ failure: String(error?.message ?? error) });
    }
  },
};
`;
