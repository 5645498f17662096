import { AutoRouter, type IRequest } from 'itty-router';

interface Env {
  VERSION: WorkerVersionMetadata;
}

const router = AutoRouter();

router
  .get('/health', (_request: IRequest, env: Env) => ({ status: 'ok', version: { id: env.VERSION.id } }))
  .get('/square/:number', ({ params }: IRequest) => {
    const number = Number(params['number']);
    return { number, square: number * number };
  });

export default { fetch: router.fetch } satisfies ExportedHandler<Env>;
