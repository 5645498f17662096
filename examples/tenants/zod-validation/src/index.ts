import { itemCount, orderSchema } from './order';

interface Env {
  VERSION: WorkerVersionMetadata;
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return Response.json({ status: 'ok', version: { id: env.VERSION.id } });
    if (pathname !== '/orders' || request.method !== 'POST')
      return new Response('Not found', { status: 404 });
    const body: unknown = await request.json().catch(() => null);
    const order = orderSchema.safeParse(body);
    if (order.success) return Response.json({ items: itemCount(order.data) }, { status: 201 });
    const problems = order.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return Response.json({ problems }, { status: 400 });
  },
} satisfies ExportedHandler<Env>;
