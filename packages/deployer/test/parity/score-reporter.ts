import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { DECIDED_BY_ACCOUNT, INTENDED } from './differences.ts';

/**
 * Prints the score of `npm run parity`: cases that come out as wrangler's, of all, and the reason of every other one.
 */
export class ScoreReporter implements Reporter {
  readonly #write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const same = tests.filter((test) => isCase(test) && passed(test) && !isDifference(test));
    const broken = tests.filter((test) => !passed(test));
    const intended = Object.entries(INTENDED);
    const account = Object.entries(DECIDED_BY_ACCOUNT);
    const total = tests.filter((test) => isCase(test)).length + account.length;
    this.#write(`Parity with wrangler 4.164.0: ${same.length}/${total} cases the same.`);
    this.#list('Differ on purpose (docs/differences-from-wrangler.md)', intended);
    this.#list('Decided by what is in the account, when the deploy reads it', account);
    this.#list(
      'MISSES',
      broken.map((test) => [test.name, test.result().errors?.[0]?.message.split('\n')[0] ?? 'failed']),
    );
    for (const module of modules) for (const error of module.errors()) this.#write(String(error.message));
  }

  #list(title: string, entries: readonly (readonly string[])[]): void {
    this.#write(`${title}: ${entries.length}`);
    for (const [name, reason] of entries) this.#write(`  ${name}: ${reason ?? ''}`);
  }
}

function isCase(test: TestCase): boolean {
  return test.parent.type === 'suite' && !test.name.includes('when unknown fields are tolerated');
}

function isDifference(test: TestCase): boolean {
  return Object.keys(INTENDED).some((name) => test.name.startsWith(`${name}: `));
}

function passed(test: TestCase): boolean {
  return test.result().state === 'passed';
}

/** vitest loads a reporter by its default export. */
// oxlint-disable-next-line import/no-default-export
export default ScoreReporter;
