import { afterAll, beforeAll, expect } from 'vitest';
import { story } from '../support/story.ts';
import { ACCOUNT } from '../support/client.ts';
import { wranglerBench } from '../support/wrangler.ts';
import type { WranglerBench } from '../support/wrangler.ts';

/** One Worker's life, as told by the real wrangler; the steps build on each other. */
story('wrangler deploys a Worker', 600_000, (step) => {
  let bench: WranglerBench;
  const script = () => bench.emulator.admin.scripts(ACCOUNT).find(({ name }) => name === 'hello');
  const versionId = (index: number): string => script()?.versions.at(index)?.id ?? '';

  beforeAll(async () => {
    bench = await wranglerBench();
    await bench.write('src/index.js', 'export default { async fetch() { return new Response("one"); } };');
    await bench.write('wrangler.json', {
      name: 'hello',
      main: 'src/index.js',
      compatibility_date: '2026-01-01',
      vars: { STAGE: 'a' },
      observability: { enabled: true },
    });
  });
  afterAll(() => bench.close());

  step('uploads a new one with one PUT and prints its version and address', async () => {
    const run = await bench.run(['deploy']);
    expect(run.output).toContain('https://hello.test.workers.dev');
    expect(run.exit).toBe(0);
    expect(run.output).toContain(`Current Version ID: ${versionId(0)}`);
    expect(run.calls).toContain('PUT /accounts/:account/workers/scripts/hello');
    expect(script()?.settings.observability).toEqual({ enabled: true });
  });

  step('uploads a changed one as a version and deploys that', async () => {
    await bench.write('src/index.js', 'export default { async fetch() { return new Response("two"); } };');
    const run = await bench.run(['deploy', '--message', 'second']);
    expect(run.exit).toBe(0);
    expect(run.calls).toContain('POST /accounts/:account/workers/scripts/hello/versions');
    expect(run.calls).toContain('POST /accounts/:account/workers/scripts/hello/deployments');
    expect(script()?.deployments[0]).toMatchObject({
      source: 'wrangler',
      annotations: { 'workers/message': 'second' },
    });
  });

  step('uploads a version with tag and message, lists it and views it', async () => {
    const uploaded = await bench.run(['versions', 'upload', '--tag', 't1', '--message', 'third']);
    expect(uploaded.exit).toBe(0);
    expect(uploaded.output).toContain(`https://${versionId(2).slice(0, 8)}-hello.test.workers.dev`);
    const listed = await bench.run(['versions', 'list', '--json']);
    const versions = JSON.parse(listed.output) as { id: string }[];
    expect(versions.map(({ id }) => id).toSorted()).toEqual(
      [versionId(0), versionId(1), versionId(2)].toSorted(),
    );
    const viewed = await bench.run(['versions', 'view', versionId(2)]);
    expect(viewed.output).toMatch(/Tag:\s+t1/);
    expect(viewed.output).toContain('env.STAGE ("a")');
  });

  step('splits traffic, and shows the split in the list and status of deployments', async () => {
    const split = await bench.run(['versions', 'deploy', `${versionId(2)}@10%`, `${versionId(1)}@90%`, '-y']);
    expect(split.exit).toBe(0);
    const status = await bench.run(['deployments', 'status']);
    expect(status.output).toContain(`(10%) ${versionId(2)}`);
    expect(status.output).toContain(`(90%) ${versionId(1)}`);
    const list = await bench.run(['deployments', 'list']);
    expect(list.output.match(/Version\(s\):/g)).toHaveLength(3);
  });

  step(
    'refuses to edit a secret while the newest version is not all of the traffic, in its own words',
    async () => {
      await bench.run(['rollback', versionId(0), '-y', '-m', 'back']);
      expect(script()?.deployments[0]?.annotations).toMatchObject({ 'workers/message': 'back' });
      const refused = await bench.run(['secret', 'put', 'KEY'], { stdin: 'value' });
      expect(refused.exit).toBe(1);
      expect(refused.output).toContain("the latest version of your Worker isn't currently deployed");
      const versioned = await bench.run(['versions', 'secret', 'put', 'KEY'], { stdin: 'value' });
      expect(versioned.output).toContain('Success! Created version');
      expect((await bench.run(['versions', 'deploy', `${versionId(-1)}@100%`, '-y'])).exit).toBe(0);
    },
  );

  step('puts, sets many, lists and deletes secrets', async () => {
    expect((await bench.run(['secret', 'put', 'OTHER'], { stdin: 'other' })).exit).toBe(0);
    const bulk = await bench.run(['secret', 'bulk'], { stdin: JSON.stringify({ ONE: '1', TWO: '2' }) });
    expect(bulk.output).toContain('Successfully created secret for key: ONE');
    expect(bulk.exit).toBe(0);
    const listed = await bench.run(['secret', 'list']);
    expect((JSON.parse(listed.output) as { name: string }[]).map(({ name }) => name).toSorted()).toEqual([
      'KEY',
      'ONE',
      'OTHER',
      'TWO',
    ]);
    expect((await bench.run(['secret', 'delete', 'OTHER'], { stdin: 'y' })).exit).toBe(0);
    expect(JSON.stringify(bench.emulator.admin.journal.requests())).not.toContain('"other"');
  });

  step('asks before a rollback over changed secrets, and forces it', async () => {
    const run = await bench.run(['rollback', versionId(0), '-y', '-m', 'over secrets']);
    expect(run.output).toContain('secrets');
    expect(run.exit).toBe(0);
    expect(script()?.deployments[0]?.versions).toEqual([{ versionId: versionId(0), percentage: 100 }]);
  });

  step('explains an unknown version, a script that does not start, and a missing Worker', async () => {
    const unknown = await bench.run(['versions', 'view', '00000000-0000-4000-8000-000000000000']);
    expect(unknown.exit).toBe(1);
    expect(unknown.output).toContain('100146');
    await bench.write('src/bad.js', 'throw new Error("at start"); export default { fetch() {} };');
    const broken = await bench.run(['deploy', 'src/bad.js']);
    expect(broken.exit).toBe(1);
    expect(broken.output).toContain('Uncaught Error: at start');
    const missing = await bench.run(['secret', 'list', '--name', 'nobody']);
    expect(missing.output).toContain('Worker "nobody" not found');
  });

  step('names a token that is not accepted', async () => {
    const run = await bench.run(['deployments', 'list'], { token: 'wrong' });
    expect(run.exit).toBe(1);
    expect(run.output).toContain('Authentication error [code: 10000]');
  });

  step('deletes it', async () => {
    expect((await bench.run(['delete', '--force'])).exit).toBe(0);
    expect(script()).toBeUndefined();
  });
});
