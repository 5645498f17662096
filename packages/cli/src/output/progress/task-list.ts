import type { DeployEvent } from '@cf-deploy/deployer';
import { eventTitle } from './event-line.ts';
import { safeText } from '../safe-text.ts';
import type { Style } from '../style.ts';

/** A list of tasks on a terminal. */
export interface TaskList {
  readonly onEvent: (event: DeployEvent) => void;
  /** Ends the display. */
  stop(): Promise<void>;
}

/** What a list shows of a task; the list makes it when it comes to it. */
interface Shown {
  title: string;
  output: string;
  /** Ends it without a tick: nothing was done, or nobody knows how it ended. */
  skip(message: string): void;
}

/**
 * One line for each tenant, updated in place. That of a single tenant goes away in the end, because its whole result
 * follows.
 */
export async function createTaskList(
  stream: NodeJS.WriteStream,
  tenants: readonly string[],
  style: Style,
): Promise<TaskList> {
  const { DefaultRenderer, Listr, ListrLogger, ProcessOutput } = await import('listr2');
  /** listr2 looks whether stdout is a terminal, but this is shown on stderr; stdout may well be piped. */
  class TerminalRenderer extends DefaultRenderer {
    static override nonTTY = true;
  }
  // Of a list that goes away nothing is said in its last moment: the result tells how it ended.
  const goesAway = tenants.length === 1;
  const stopped = goesAway ? '' : ` ${style.dim('stopped')}`;
  const tasks = new Map(tenants.map((tenant) => [tenant, createTask(tenant, { style, stopped })]));
  const list = new Listr(
    [...tasks].map(([tenant, { begin }]) => ({
      title: tenant,
      task: (_: object, shown: Shown) => begin(shown),
    })),
    {
      concurrent: true,
      exitOnError: false,
      renderer: TerminalRenderer,
      rendererOptions: {
        clearOutput: goesAway,
        showErrorMessage: false,
        collapseErrors: true,
        logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
      },
    },
  );
  const finished = list.run().catch(() => {});
  return {
    onEvent(event: DeployEvent) {
      if (event.tenant === null) return;
      const task = tasks.get(event.tenant);
      const title = eventTitle(event);
      if (event.type === 'tenant-finished') task?.end(event.status);
      else if (title !== null) task?.show(safeText(title, false));
    },
    async stop() {
      for (const task of tasks.values()) task.stop();
      await finished;
    },
  };
}

/** A task that may be over before the list begins it: a command can fail at once. */
function createTask(tenant: string, { style, stopped }: { readonly style: Style; readonly stopped: string }) {
  let shown: Shown | undefined;
  /** Null: it was stopped before it ended. */
  let status: string | null | undefined;
  let settle: () => void = () => {};
  const finish = (): void => {
    if (status === undefined || shown === undefined) return;
    if (status === null) shown.skip(`${tenant}${stopped}`);
    else shown.title = `${tenant} ${style.dim(status)}`;
    settle();
  };
  return {
    begin: (task: Shown): Promise<void> =>
      new Promise((resolve, reject) => {
        shown = task;
        settle = () => (status === 'failed' ? reject(new Error(status)) : resolve());
        finish();
      }),
    show(text: string): void {
      if (shown !== undefined && status === undefined) shown.output = text;
    },
    /** The first end counts. */
    end(how: string): void {
      if (status !== undefined) return;
      status = how;
      finish();
    },
    stop(): void {
      if (status !== undefined) return;
      status = null;
      finish();
    },
  };
}
