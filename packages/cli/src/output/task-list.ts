import type { DeployEvent } from '@cf-deploy/deployer';
import { eventTitle } from './event-line.ts';
import type { Progress } from './progress.ts';
import type { Style } from './style.ts';

interface Running {
  show(text: string): void;
  end(status: string): void;
}

/** One line for each tenant, updated in place. */
export async function createTaskList(
  stream: NodeJS.WriteStream,
  tenants: readonly string[],
  style: Style,
): Promise<Progress> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const running = new Map<string, Running>();
  const list = new Listr(
    tenants.map((tenant) => ({
      title: tenant,
      task: (_: unknown, task: { title: string; output: string }) =>
        new Promise<void>((resolve, reject) => {
          running.set(tenant, {
            show: (text) => (task.output = text),
            end(status) {
              task.title = `${tenant} ${style.dim(status)}`;
              if (status === 'failed') reject(new Error(status));
              else resolve();
            },
          });
        }),
    })),
    {
      concurrent: true,
      exitOnError: false,
      rendererOptions: {
        showErrorMessage: false,
        collapseErrors: true,
        logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
      },
    },
  );
  const finished = list.run().catch(() => {});
  return {
    start: async () => {},
    onEvent(event: DeployEvent) {
      if (!('tenant' in event) || event.tenant === null) return;
      const task = running.get(event.tenant);
      const title = eventTitle(event);
      if (event.type === 'tenant-finished') {
        task?.end(event.status);
        running.delete(event.tenant);
      } else if (title !== null) task?.show(title);
    },
    async stop() {
      for (const task of running.values()) task.end('stopped');
      running.clear();
      await finished;
    },
  };
}
