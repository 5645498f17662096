import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('cloudflare-process.mjs', import.meta.url));

/**
 * Starts an embedded Cloudflare on loopback, in memory.
 * @param options accounts and kvNamespaces to have, tenants with their tokens; latencyMs added to every API answer;
 * runtime `double` to run no code
 */
export async function startCloudflare(options) {
  const child = fork(SCRIPT, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(options);
  const [{ url, edgeUrl }] = await once(child, 'message');
  return {
    /** Variables that lead both tools there. */
    env: { CLOUDFLARE_API_BASE_URL: `${url}/client/v4`, CLOUDFLARE_API_TOKEN: 'local-emulator-token' },
    /** Deployed Workers answer below it, at `/<host name>/<path>`. */
    edgeUrl,
    /** API calls since the last time asked: by verb, and by endpoint; how often it started workerd, how often Workers were asked, and CPU seconds. */
    async calls() {
      child.send({});
      const [{ counters, paths, workerdStarts, asked, cpu }] = await once(child, 'message');
      const verbs = {};
      for (const [key, count] of Object.entries(counters)) {
        const [verb] = key.split(' ');
        verbs[verb] = (verbs[verb] ?? 0) + count;
      }
      return {
        verbs,
        paths,
        workerdStarts,
        asked,
        cpu,
        total: Object.values(verbs).reduce((sum, count) => sum + count, 0),
      };
    },
    async setLatency(latencyMs) {
      child.send({ latencyMs });
      await once(child, 'message');
    },
    async close() {
      const closed = once(child, 'exit');
      child.disconnect();
      await closed;
    },
  };
}
