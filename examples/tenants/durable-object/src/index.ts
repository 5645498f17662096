import type { GuestBook } from './guest-book';

export { GuestBook } from './guest-book';

interface Env {
  GUEST_BOOK: DurableObjectNamespace<GuestBook>;
  VERSION: WorkerVersionMetadata;
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === '/health') return Response.json({ status: 'ok', version: { id: env.VERSION.id } });
    const name = /^\/books\/([\w-]+)$/.exec(pathname)?.[1];
    if (name === undefined) return new Response('Not found', { status: 404 });
    const book = env.GUEST_BOOK.get(env.GUEST_BOOK.idFromName(name));
    if (request.method !== 'POST') return Response.json({ entries: await book.entries() });
    return Response.json({ id: await book.sign(await request.text()) }, { status: 201 });
  },
} satisfies ExportedHandler<Env>;
