import type { BuildContext } from '../bundle/build-context.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { secretNamesOf } from './learn-secrets.ts';
import type { CommandScope, World } from './world.ts';
import { compact } from '../json.ts';

/** What a custom build command may see and do, by the project's rules and the caller's wish. */
export async function commandContext({
  worker,
  world,
  scope,
}: {
  readonly worker: ResolvedWorker;
  readonly world: World;
  readonly scope: CommandScope;
}): Promise<
  Pick<BuildContext, 'env' | 'buildVariables' | 'secretNames' | 'runCommand' | 'clean' | 'signal'>
> {
  const { rules } = await scope.project();
  return {
    env: world.env,
    buildVariables: rules.buildVariables ?? [],
    secretNames: secretNamesOf(worker),
    runCommand: world.runBuildCommands,
    clean: world.redactor.text,
    ...compact({ signal: world.signal }),
  };
}
