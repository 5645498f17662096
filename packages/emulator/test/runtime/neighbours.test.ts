import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/contract.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { createWorld, temporaryDir } from './world.ts';

const world = createWorld();
const other = world.addAccount('other');
const outside: string[] = [];
let runtime: Runtime;
let remove: () => Promise<void>;

beforeAll(async () => {
  const temporary = await temporaryDir();
  remove = temporary.remove;
  const outbound = async (request: Request): Promise<Response> => {
    outside.push(`${request.method} ${request.url} ${await request.text()}`);
    return new Response('from outside', { status: 203 });
  };
  runtime = createRuntime({ view: world.view, dataDir: temporary.dir, outbound });
  const proxy = `export default { fetch: (request) => fetch(new URL(request.url).searchParams.get('to'), { method: 'POST', body: 'hi' }) };`;
  world.deploy(world.script('proxy'), { source: proxy });
  world.deploy(world.script('near'), { source: `export default { fetch: () => new Response('near') };` });
  world.deploy(world.script('far', { accountId: other.id }), {
    source: `export default { fetch: async (request) => new Response('far ' + await request.text()) };`,
  });
  world.deploy(world.script('watcher'), {
    source: `export default { tail(events) { for (const { scriptName, logs, event } of events) console.log('saw ' + logs.map(({ message }) => message.join(' ')) + ' ' + new URL(event.request.url).pathname); } };`,
  });
  const watched = world.script('watched');
  watched.settings.tailConsumers.push({ service: 'watcher' });
  world.deploy(watched, {
    source: `export default { fetch() { console.log('working'); return new Response('ok'); } };`,
  });
  world.domains.push({
    accountId: world.account.id,
    id: 'd',
    hostname: 'near.example.com',
    zoneId: 'z',
    zoneName: 'example.com',
    service: 'near',
    environment: 'production',
    certId: 'c',
    enabled: true,
    previewsEnabled: false,
  });
});
afterAll(async () => {
  await runtime.close();
  await remove();
});

const ask = async (url: string): Promise<[number, string]> => {
  const response = await runtime.fetch(new Request(url));
  if (response === null) throw new Error(`${url} is none of ours`);
  return [response.status, await response.text()];
};
const viaProxy = (url: string) => ask(`http://proxy.acme.workers.dev/?to=${encodeURIComponent(url)}`);

it('a Worker reaches the Workers of another account by their host', async () => {
  expect(await viaProxy('https://far.other.workers.dev/x')).toEqual([200, 'far hi']);
  expect((await viaProxy('https://absent.other.workers.dev/'))[0]).toBe(404);
});

it('a Worker does not reach Workers of its own account by their host', async () => {
  const [status, page] = await viaProxy('https://near.acme.workers.dev/');
  expect(status).toBe(404);
  expect(page).toContain('Error 1042');
});

it('a Worker reaches the outside only through who was told to answer for it', async () => {
  expect(await viaProxy('https://api.example.org/v1?q=1')).toEqual([203, 'from outside']);
  expect(outside).toEqual(['POST https://api.example.org/v1?q=1 hi']);
});

it('a custom domain leads to its Worker', async () => {
  expect(await ask('https://near.example.com/')).toEqual([200, 'near']);
});

it('a tail consumer sees what the Worker did', async () => {
  let heard = (_line: string): void => undefined;
  const line = new Promise<string>((resolve) => (heard = resolve));
  const stop = runtime.onLog(({ scriptName, message }) => {
    if (scriptName === 'watcher') heard(message);
  });
  expect(await ask('http://watched.acme.workers.dev/page')).toEqual([200, 'ok']);
  expect(await line).toBe('saw working /page');
  stop();
});
