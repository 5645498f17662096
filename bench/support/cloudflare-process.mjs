// The embedded Cloudflare in a process of its own, so that its work is in nobody's memory or event loop.
import processes from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

// Before the emulator is loaded, which takes the function as it finds it.
let workerdStarts = 0;
const { spawn } = processes;
processes.spawn = (command, ...rest) => {
  if (/workerd/.test(command)) workerdStarts += 1;
  return spawn(command, ...rest);
};
syncBuiltinESMExports();
const { createEmulator } = await import('../../packages/emulator/dist/index.js');

// A message, because arguments of a process may not be as long as the tenants are many.
const [options] = await once(process, 'message');
const emulator = await createEmulator({
  accounts: options.accounts,
  latencyMs: options.latencyMs,
  ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
  tokens: ['local-emulator-token', ...options.tenants.map(({ token }) => token)],
  rateLimit: null,
});
await emulator.admin.seed({ kvNamespaces: options.kvNamespaces });
const { url } = await emulator.listen();
// Deployed Workers, at /<host name>/<path>: names below workers.dev lead to the internet, and fetch sends no Host header
// of one's own.
const edge = createServer(async (incoming, outgoing) => {
  const response = await emulator.fetch(new Request(`http:/${incoming.url}`));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});
await new Promise((resolve) => edge.listen(0, '127.0.0.1', resolve));
process.send({ url, edgeUrl: `http://127.0.0.1:${edge.address().port}` });

process.on('message', ({ latencyMs }) => {
  if (latencyMs !== undefined) {
    emulator.admin.setWeather({ latencyMs });
    process.send({});
    return;
  }
  process.send({
    counters: emulator.admin.journal.counters(),
    paths: paths(),
    workerdStarts,
  });
  workerdStarts = 0;
  emulator.admin.journal.clear();
});
process.on('disconnect', async () => {
  await emulator.close();
  process.exit();
});

/** Calls per endpoint, names and ids left out. */
function paths() {
  const counts = {};
  for (const { method, path } of emulator.admin.journal.requests()) {
    const general = path
      .replace(/^\/accounts\/[^/]+/, '')
      .replace(/(scripts|services|versions)\/[^/]+/g, '$1/*');
    counts[`${method} ${general}`] = (counts[`${method} ${general}`] ?? 0) + 1;
  }
  return counts;
}
