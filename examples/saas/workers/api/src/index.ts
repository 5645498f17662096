interface Env {
  readonly TENANT: string;
  readonly PLAN: string;
  readonly NOTES: KVNamespace;
  readonly AUTH: Fetcher;
  readonly VERSION: WorkerVersionMetadata;
}

/** Notes of one tenant; its auth Worker says who may read and write them. */
export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') {
      return Response.json({
        status: 'ok',
        tenant: env.TENANT,
        plan: env.PLAN,
        version: { id: env.VERSION.id },
      });
    }
    const allowed = await env.AUTH.fetch('https://auth/check', { headers: request.headers });
    if (!allowed.ok) return new Response('Who are you?\n', { status: 401 });
    if (request.method === 'PUT') await env.NOTES.put(pathname, await request.text());
    return new Response(await env.NOTES.get(pathname), { headers: { 'x-tenant': env.TENANT } });
  },
} satisfies ExportedHandler<Env>;
