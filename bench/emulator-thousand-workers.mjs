// 1,000 Workers in one emulator: time to upload them, memory before and after, and the first request to one.
// Run: npx tsc -b packages/emulator && node bench/emulator-thousand-workers.mjs [count]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
      ...(body === undefined ? {} : { body }),
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
const cold = performance.now();
await (await again.fetch(new Request('http://worker-9.account-0.workers.dev/'))).text();
console.log(`first request after reopening: ${(performance.now() - cold).toFixed(0)} ms`);
report('reopened, after one request');
await again.close();
await rm(stateDir, { recursive: true, force: true });

/** Memory of this process and of the workerd processes it started; pages shared between them count once. */
function report(when) {
  const pids = execFileSync('ps', ['-A', '-o', 'ppid=,pid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([parent]) => parent === process.pid)
    .map(([, pid]) => pid);
  const mb = (kilobytes) => (kilobytes / 1024).toFixed(0);
  const own = proportionalKb(process.pid);
  const children = pids.reduce((sum, pid) => sum + proportionalKb(pid), 0);
  console.log(`${when}: ${mb(own)} MB own + ${mb(children)} MB workerd = ${mb(own + children)} MB`);
}

/** Proportional set size in kB; 0 when the process is gone. Linux only. */
function proportionalKb(pid) {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
