import { createDouble, type RuntimeFactory } from '@cf-deploy/emulator';
import { mainModule } from './main-module.ts';

/** The module of a Worker, as much of it as is asked. */
interface PlainModule {
  readonly default: { fetch(request: Request, env: object): Response | Promise<Response> };
}

/**
 * A runtime without workerd for Workers of one plain module: their code is run in this process, with their variables and
 * the version they are. For tests in which answers come from the code, but nothing only workerd has; starting that takes
 * longer than a deploy.
 */
export const inProcess: RuntimeFactory = ({ view, clock, random }) =>
  createDouble({
    view,
    clock,
    random,
    answer: async ({ request, version }) => {
      const code = Buffer.from(await mainModule(view, version)).toString('base64');
      const worker = (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as PlainModule;
      const values = version.bindings.map(({ name, type, text }) => [
        name,
        type === 'version_metadata' ? { id: version.id, timestamp: version.createdOn } : text,
      ]);
      return worker.default.fetch(request, Object.fromEntries(values) as object);
    },
  });
