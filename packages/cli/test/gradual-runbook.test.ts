import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { startGradualWorld, type GradualWorld } from '../../deployer/test/support/gradual-world.ts';
import type { Execute } from '../src/command.ts';
import type { Context } from '../src/context.ts';
import { createStyle } from '../src/output/style.ts';
import { COMMANDS } from '../src/registry.ts';
import { shellBlocks, toCall } from './support/shell-blocks.ts';

const RUNBOOK = fileURLToPath(new URL('../../../docs/runbooks/gradual-deployment.md', import.meta.url));
const target = { tenant: 'acme', env: 'production' };

let world: GradualWorld;

afterEach(() => world.project.close());

/** A gradual deploy that is paused at its first share: there are too few requests. */
async function pausedWorld(): Promise<void> {
  const steps = [
    { percent: 10, bakeSeconds: 60 },
    { percent: 50, bakeSeconds: 60 },
  ];
  world = await startGradualWorld({
    perSecond: 1,
    traffic: { strategy: 'gradual', steps },
    host: 'acme-production.test.workers.dev',
  });
  const bound = { version_metadata: { binding: 'VERSION' } };
  await world.paint('blue', { env: { production: { vars: { TENANT: 'acme', COLOUR: 'blue' }, ...bound } } });
  await world.project.deployer.deploy(target);
  await world.paint('green', {
    env: { production: { vars: { TENANT: 'acme', COLOUR: 'green' }, ...bound } },
  });
  const { status } = await world.project.deployer.deploy(target);
  expect(status).toBe('paused');
}

/** Runs one command line on the world's deployer. */
async function runCommand(
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const ran = { exitCode: -1, text: '' };
  const module = COMMANDS.find(({ name }) => name === args[0]);
  if (module === undefined) throw new Error(`There is no command ${args[0]}.`);
  const style = createStyle({
    color: false,
    output: { isTerminal: false, columns: 200, write: () => undefined },
    env: {},
  });
  const execute: Execute =
    (work) =>
    async (...parameters) => {
      const command = parameters.at(-1) as Command;
      const context = {
        deployer: async () => world.project.deployer,
        progress: { start: async () => undefined, stop: async () => undefined },
      } as unknown as Context;
      const { exitCode, lines } = await work(context, { flags: command.opts(), args: [] });
      ran.exitCode = exitCode;
      ran.text = (await lines(style)).join('\n');
    };
  const command = new Command(module.name).exitOverride();
  module.configure(command, execute);
  await command.parseAsync(args.slice(1), { from: 'user' });
  return ran;
}

test('every command of the runbook for gradual deploys does what it says', async () => {
  const sections = (await readFile(RUNBOOK, 'utf8')).split(/^## /m).slice(1);
  const saw: string[] = [];
  for (const section of sections) {
    const blocks = shellBlocks(section).filter(({ marks }) => !marks.includes('no-test'));
    if (blocks.length === 0) continue;
    await pausedWorld();
    for (const { commands } of blocks) {
      for (const command of commands) {
        const { exitCode, text } = await runCommand(toCall(command, {}, {}).args);
        expect({ command, exitCode, text }).toMatchObject({ exitCode: 0 });
        saw.push(text);
      }
    }
    saw.push(JSON.stringify(world.shares()));
    await world.project.close();
  }
  expect(saw.join('\n')).toContain('go on:  cf-deploy promote --tenant=acme --env=production');
  expect(saw.filter((line) => line.startsWith('{'))).toEqual([
    '{"blue":90,"green":10}',
    '{"blue":90,"green":10}',
    '{"green":100}',
    '{"blue":100}',
  ]);
});
