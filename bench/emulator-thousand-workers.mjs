// 1,000 Workers in one emulator: time to upload them, memory before and after, and the first request to one.
// Run: npx tsc -b packages/emulator && node bench/emulator-thousand-workers.mjs [count]
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_TOKEN, createEmulator } from '../packages/emulator/dist/index.js';

const COUNT = Number(process.argv[2] ?? 1000);
const PER_ACCOUNT = 500;
const stateDir = await mkdtemp(join(tmpdir(), 'cf-deploy-bench-'));
const accounts = Array.from({ length: Math.ceil(COUNT / PER_ACCOUNT) }, (_, index) => ({
  id: index.toString(16).padStart(32, '0'),
  subdomain: `account-${index}`,
}));
const emulator = await createEmulator({ stateDir, accounts, rateLimit: null });

const api = async (method, path, body) => {
  const response = await emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4${path}`, {
      method,
      headers: { authorization: `Bearer ${LOCAL_TOKEN}` },
      body,
    }),
  );
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
};

const started = performance.now();
for (let index = 0; index < COUNT; index += 1) {
  const { id } = accounts[Math.floor(index / PER_ACCOUNT)];
  const source = `export default { async fetch() { return new Response("worker ${index}"); } };`;
  const form = new FormData();
  form.set('metadata', JSON.stringify({ main_module: 'index.js', compatibility_date: '2026-01-01' }));
  form.set('index.js', new File([source], 'index.js', { type: 'application/javascript+module' }));
  await api('PUT', `/accounts/${id}/workers/scripts/worker-${index}`, form);
  await api('POST', `/accounts/${id}/workers/scripts/worker-${index}/subdomain`, '{"enabled":true}');
}
const uploadMs = performance.now() - started;
report('after uploads');

const first = performance.now();
const answer = await emulator.fetch(new Request('http://worker-7.account-0.workers.dev/'));
const text = await answer.text();
const firstMs = performance.now() - first;
if (text !== 'worker 7') throw new Error(`Unexpected answer: ${answer.status} ${text}`);
report('after one request');
console.log(`uploads: ${(uploadMs / COUNT).toFixed(1)} ms each; first request: ${firstMs.toFixed(0)} ms`);
await emulator.close();

const reopened = performance.now();
const again = await createEmulator({ stateDir, rateLimit: null });
console.log(`reopening: ${(performance.now() - reopened).toFixed(0)} ms`);
await again.close();
await rm(stateDir, { recursive: true, force: true });

/** Resident memory of this process and of the workerd processes it started. */
function report(when) {
  const own = process.memoryUsage().rss;
  const table = execFileSync('ps', ['-A', '-o', 'ppid=,rss='], { encoding: 'utf8' });
  const children = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([parent]) => parent === process.pid)
    .reduce((sum, [, rss]) => sum + rss * 1024, 0);
  const mb = (bytes) => (bytes / 1024 / 1024).toFixed(0);
  console.log(`${when}: ${mb(own)} MB own + ${mb(children)} MB workerd = ${mb(own + children)} MB`);
}
