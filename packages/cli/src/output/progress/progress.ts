import type { DeployEvent } from '@cf-deploy/deployer';
import type { Output } from '../../world.ts';
import { eventLine } from './event-line.ts';
import { safeText } from '../safe-text.ts';
import type { Style } from '../style.ts';
import { createTaskList, type TaskList } from './task-list.ts';

/** Shows on stderr what is going on. */
export interface Progress {
  /** Announces which tenants will be worked on. */
  start(tenants: readonly string[]): Promise<void>;
  readonly onEvent: (event: DeployEvent) => void;
  /** Ends the display; nothing is shown afterwards. */
  stop(): Promise<void>;
}

/** More tenants than this do not fit a terminal as one line each. */
const MOST_TASKS = 20;
/** A live list in less space only wraps. */
const LEAST_COLUMNS = 40;

/** A live list on a terminal, plain lines in CI and pipes, nothing when `quiet`. */
export function createProgress(options: {
  readonly output: Output;
  readonly style: Style;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly quiet: boolean;
}): Progress {
  const { output, style, env, quiet } = options;
  if (quiet) return { start: async () => {}, onEvent: () => {}, stop: async () => {} };
  const { stream } = output;
  const wide = stream !== undefined && stream.columns >= LEAST_COLUMNS;
  const live = output.isTerminal && wide && (env['CI'] ?? '') === '';
  let tasks: TaskList | undefined;
  /** What a live list has no place for, shown after it. */
  let kept: DeployEvent[] = [];
  const say = (event: DeployEvent): void => {
    const line = eventLine(event, style);
    if (line !== null) output.write(`${safeText(line, style.color)}\n`);
  };
  return {
    async start(tenants) {
      if (!live || tenants.length > MOST_TASKS) return;
      tasks = await createTaskList(stream, tenants, style);
    },
    onEvent(event) {
      if (tasks === undefined) say(event);
      else if (event.type === 'notice') kept.push(event);
      else tasks.onEvent(event);
    },
    async stop() {
      await tasks?.stop();
      tasks = undefined;
      for (const event of kept) say(event);
      kept = [];
    },
  };
}
