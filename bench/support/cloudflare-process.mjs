// The embedded Cloudflare in a process of its own, so that its work is in nobody's memory or event loop.
import processes from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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
let asked = 0;
const edge = createServer(async (incoming, outgoing) => {
  asked += 1;
  const response = await emulator.fetch(new Request(`http:/${incoming.url}`));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});
await new Promise((resolve) => edge.listen(0, '127.0.0.1', resolve));
process.send({ url, edgeUrl: `http://127.0.0.1:${edge.address().port}` });

let spent = cpuTimes();
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
    asked,
    cpu: cpuSince(),
  });
  workerdStarts = 0;
  asked = 0;
  emulator.admin.journal.clear();
});
process.on('disconnect', async () => {
  await emulator.close();
  process.exit();
});

/** CPU seconds since the last time asked: of this process, and of each workerd that has ended since. Linux. */
function cpuSince() {
  const [own, ended] = cpuTimes();
  const since = { emulator: own - spent[0], workerd: ended - spent[1] };
  spent = [own, ended];
  return since;
}

function cpuTimes() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return [(fields[11] + fields[12]) / 100, (fields[13] + fields[14]) / 100];
}

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
