/** A fenced `sh` block of a document. */
export interface ShellBlock {
  /** One command per line, continued lines joined. */
  readonly commands: readonly string[];
  /** Exit statuses that are right here: `exit=0,2` after the fence's `sh`. */
  readonly exitCodes: readonly number[];
  /** Words after `sh`. */
  readonly marks: readonly string[];
}

/** The `sh` blocks of a markdown text, in order. */
export function shellBlocks(markdown: string): readonly ShellBlock[] {
  return [...markdown.matchAll(/^```sh(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', body = '']) => {
    const marks = info.trim().split(/\s+/).filter(Boolean);
    const exit = marks.find((mark) => mark.startsWith('exit='))?.slice('exit='.length) ?? '0';
    return {
      commands: body
        .replaceAll('\\\n', ' ')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#')),
      exitCodes: exit.split(',').map(Number),
      marks,
    };
  });
}

/** A command of a document as a call of `cf-deploy`. */
export interface DocumentedCall {
  readonly args: readonly string[];
  /** What is piped into it. */
  readonly stdin: string;
}

/**
 * `npm run <script> -- <args>` or `npx cf-deploy <args>`, perhaps with `printf %s "$X" |` before it, as arguments of
 * `cf-deploy`. `scripts` are those of package.json; `$NAME` is replaced from `variables`.
 * @throws Error for anything else: a document must not show what no test runs
 */
export function toCall(
  command: string,
  scripts: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
): DocumentedCall {
  const filled = command.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`$${name} has no value: ${command}`);
    return value;
  });
  const [, stdin = '', call = ''] = /^(?:printf %s "([^"]*)" \| )?(.+)$/.exec(filled) ?? [];
  const words = [...call.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
  const [tool, ...rest] = words;
  if (tool === 'npx' && rest[0] === 'cf-deploy') return { args: rest.slice(1), stdin };
  const withoutFlags = rest.filter((word) => word !== '--silent');
  if (tool !== 'npm' || withoutFlags[0] !== 'run')
    throw new Error(`Not a command of this project: ${command}`);
  const script = scripts[withoutFlags[1] ?? ''];
  const prefix = 'node packages/cli/bin/cf-deploy.js ';
  if (script === undefined || !script.startsWith(prefix)) throw new Error(`No such script: ${command}`);
  if (withoutFlags.length > 2 && withoutFlags[2] !== '--')
    throw new Error(`npm would take the flags: ${command}`);
  return { args: [...script.slice(prefix.length).split(' '), ...withoutFlags.slice(3)], stdin };
}
