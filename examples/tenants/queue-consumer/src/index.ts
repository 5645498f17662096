import type { Ledger } from './ledger';

export { Ledger } from './ledger';

interface Job {
  readonly name: string;
}

interface Env {
  JOBS: Queue<Job>;
  LEDGER: DurableObjectNamespace<Ledger>;
  VERSION: WorkerVersionMetadata;
}

function ledgerOf(env: Env): DurableObjectStub<Ledger> {
  return env.LEDGER.get(env.LEDGER.idFromName('jobs'));
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return Response.json({ status: 'ok', version: { id: env.VERSION.id } });
    if (pathname !== '/jobs') return new Response('Not found', { status: 404 });
    if (request.method !== 'POST') return Response.json({ done: await ledgerOf(env).jobs() });
    await env.JOBS.send(await request.json<Job>());
    return new Response(null, { status: 202 });
  },

  async queue(batch, env) {
    for (const message of batch.messages) {
      await ledgerOf(env).record(message.body.name);
      message.ack();
    }
  },
} satisfies ExportedHandler<Env, Job>;
