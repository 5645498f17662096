interface Env {
  readonly GREETING: string;
}

/** Greets whoever asks. */
export default {
  fetch(request, env) {
    const name = new URL(request.url).searchParams.get('name') ?? 'world';
    return new Response(`${env.GREETING}, ${name}!\n`);
  },
} satisfies ExportedHandler<Env>;
