interface Env {
  ASSETS: Fetcher;
  VERSION: WorkerVersionMetadata;
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return Response.json({ status: 'ok', version: { id: env.VERSION.id } });
    if (pathname === '/api/time') return Response.json({ now: new Date().toISOString() });
    if (pathname.startsWith('/api/')) return Response.json({ error: 'not found' }, { status: 404 });
    return env.ASSETS.fetch(request);
  },
} satisfies ExportedHandler<Env>;
