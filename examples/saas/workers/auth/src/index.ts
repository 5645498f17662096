interface Env {
  readonly TENANT: string;
  readonly VERSION: WorkerVersionMetadata;
}

/** Lets in whoever names the tenant: an example of a Worker that others call, not of authentication. */
export default {
  fetch(request, env): Response {
    if (new URL(request.url).pathname === '/health') {
      return Response.json({ status: 'ok', tenant: env.TENANT, version: { id: env.VERSION.id } });
    }
    const known = request.headers.get('x-user')?.endsWith(`@${env.TENANT}`) === true;
    return new Response(null, { status: known ? 204 : 403 });
  },
} satisfies ExportedHandler<Env>;
