import { Hono } from 'hono';
import { requestId } from 'hono/request-id';

interface Bindings {
  GREETING: string;
  VERSION: WorkerVersionMetadata;
}

const app = new Hono<{ Bindings: Bindings }>();

app.use(requestId());
app.get('/health', (context) => context.json({ status: 'ok', version: { id: context.env.VERSION.id } }));
app.get('/hello/:name', (context) => context.text(`${context.env.GREETING}, ${context.req.param('name')}!`));
app.notFound((context) => context.json({ error: 'not found', path: context.req.path }, 404));

export default app;
