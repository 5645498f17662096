import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { DECIDED_BY_ACCOUNT, INTENDED, INTENDED_BY_ACCOUNT } from './differences.ts';
import { readCases } from './parity-case.ts';

/**
 * Prints the score of `npm run parity`: cases that come out as wrangler's, of all, and the reason of every other one. A
 * case counts when every test that bears its name passed.
 */
export class ScoreReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const intended = { ...INTENDED, ...INTENDED_BY_ACCOUNT };
    const names = (await readCases()).map(({ name }) => name);
    const results = names.map((name) => ({ name, tests: tests.filter((test) => caseOf(test) === name) }));
    const missed = results.filter((result) => result.tests.length === 0 || !result.tests.every(passed));
    const same = results.filter(
      (result) => !missed.includes(result) && !Object.hasOwn(intended, result.name),
    );
    const deployed = tests.filter(
      (test) => test.module.moduleId.endsWith('deployed.test.ts') && passed(test),
    );
    print(`Parity with wrangler 4.164.0: ${same.length}/${names.length} cases the same.`);
    print(
      `  ${deployed.length} of them deployed for real, to the embedded Cloudflare, comparing what was sent`,
    );
    print(`  ${Object.keys(DECIDED_BY_ACCOUNT).length} of them refused by both for what is in the account`);
    list('Different on purpose (docs/differences-from-wrangler.md)', Object.entries(intended));
    list(
      'MISSES',
      missed.map(({ name, tests: own }) => [name, reasonOf(own)]),
    );
    for (const error of modules.flatMap((module) => module.errors())) print(String(error.message));
  }
}

function caseOf(test: TestCase): string {
  return test.name.split(':')[0] ?? '';
}

function passed(test: TestCase): boolean {
  return test.result().state === 'passed';
}

function reasonOf(tests: readonly TestCase[]): string {
  const failed = tests.find((test) => !passed(test));
  return failed?.result().errors?.[0]?.message.split('\n')[0] ?? 'not tried';
}

function list(title: string, entries: readonly (readonly [string, string])[]): void {
  print(`${title}: ${entries.length}`);
  for (const [name, reason] of entries) print(`  ${name}: ${reason}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** vitest loads a reporter by its default export. */
// oxlint-disable-next-line import/no-default-export
export default ScoreReporter;
