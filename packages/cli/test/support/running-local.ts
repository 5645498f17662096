import type { Project } from './project.ts';

/** `local start`, running in this process. */
export interface RunningLocal {
  readonly url: string;
  readonly token: string;
  /** A change somebody makes in the dashboard. */
  edit(change: Record<string, unknown>): Promise<void>;
  /** API requests since the start, or since `forget`. */
  requests(): Promise<readonly { method: string; path: string }[]>;
  forget(): Promise<void>;
  /** Ends it as Ctrl-C does, and gives the exit status. */
  stop(): Promise<number>;
}

/** Starts the embedded Cloudflare of a project, so that its commands share one. */
export async function startLocal(project: Project, args: readonly string[] = []): Promise<RunningLocal> {
  const controller = new AbortController();
  let announce: (text: string) => void = () => {};
  const announced = new Promise<string>((resolve) => (announce = resolve));
  let said = '';
  const ended = project.cli(['local', 'start', ...args], {
    signal: controller.signal,
    onStderr(text) {
      said += text;
      if (said.includes('for wrangler')) announce(said);
    },
  });
  const text = await Promise.race([
    announced,
    ended.then(({ stderr }) => {
      throw new Error(`local start ended: ${stderr}`);
    }),
  ]);
  const url = /look inside at (\S+)\//.exec(text)?.[1] ?? '';
  const token = /CLOUDFLARE_API_TOKEN=(\S+)/.exec(text)?.[1] ?? '';
  const admin = async (path: string, method = 'GET', body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/__cf-deploy${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  return {
    url,
    token,
    edit: async (change) => void (await admin('/edits', 'POST', change)),
    requests: async () => {
      const { requests } = (await admin('/requests')) as { requests: { method: string; path: string }[] };
      return requests;
    },
    forget: async () => void (await admin('/requests', 'DELETE')),
    async stop() {
      controller.abort();
      return (await ended).exitCode;
    },
  };
}
