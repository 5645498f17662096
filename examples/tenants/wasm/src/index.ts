import gcdModule from './gcd.wasm';
import usage from './usage.txt';

interface Env {
  VERSION: WorkerVersionMetadata;
}

// Instantiated once per isolate, not per request.
const { exports } = new WebAssembly.Instance(gcdModule);
const gcd = exports['gcd'] as (a: number, b: number) => number;

export default {
  fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/health') return Response.json({ status: 'ok', version: { id: env.VERSION.id } });
    if (pathname !== '/gcd') return new Response(usage);
    const a = Number(searchParams.get('a'));
    const b = Number(searchParams.get('b'));
    return Response.json({ a, b, gcd: gcd(a, b) });
  },
} satisfies ExportedHandler<Env>;
