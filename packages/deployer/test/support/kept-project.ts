import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from './project.ts';

/** A project as the tests of a file begin with it. */
export interface KeptProject {
  /**
   * Puts its files and its account back, and gives it with a deployer that remembers nothing. To close what was given
   * leaves it to be given again.
   */
  again(): Promise<TestProject>;
  close(): Promise<void>;
}

/** Keeps a project as it is, with all that was deployed: made once for many tests, each of which takes longer to make it. */
export function keepProject(project: TestProject): KeptProject {
  const { root, emulator } = project;
  const copy = `${root}-kept`;
  const account = emulator.admin.snapshot();
  cpSync(root, copy, { recursive: true });
  return {
    async again() {
      for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true, force: true });
      cpSync(copy, root, { recursive: true });
      await emulator.admin.restore(account);
      project.clear();
      return { ...project, deployer: project.another(), close: async () => undefined };
    },
    async close() {
      await project.close();
      rmSync(copy, { recursive: true, force: true });
    },
  };
}
