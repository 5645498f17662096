import type { Order } from './order-workflow';

export { OrderWorkflow } from './order-workflow';

interface Env {
  ORDERS: Workflow<Order>;
  VERSION: WorkerVersionMetadata;
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return Response.json({ status: 'ok', version: { id: env.VERSION.id } });
    if (pathname === '/orders' && request.method === 'POST') {
      const instance = await env.ORDERS.create({ params: await request.json<Order>() });
      return Response.json({ id: instance.id }, { status: 202 });
    }
    const id = /^\/orders\/([\w-]+)$/.exec(pathname)?.[1];
    if (id === undefined) return new Response('Not found', { status: 404 });
    const { status, output } = await (await env.ORDERS.get(id)).status();
    return Response.json({ status, output });
  },
} satisfies ExportedHandler<Env>;
