import { expect, it, onTestFinished } from 'vitest';
import { startProject } from '../support/project.ts';

it('assets that the build command writes are there when they are read', async () => {
  const project = await startProject({
    wrangler: {
      build: { command: 'node build.mjs' },
      assets: { directory: 'dist' },
    },
    deployer: { env: { PATH: process.env['PATH'] } },
  });
  onTestFinished(() => project.close());
  await project.write(
    'tenants/acme/build.mjs',
    `import { mkdirSync, writeFileSync } from 'node:fs';
     mkdirSync('dist');
     writeFileSync('dist/page.html', '<h1>built</h1>');`,
  );
  const outdir = `${project.root}/out`;
  const built = await project.deployer.build({ tenant: 'acme', outdir });
  expect(built.files.map(({ path }) => path)).toContain('assets-manifest.json');
  expect(await project.read('out/assets-manifest.json')).toContain('"/page.html"');
  expect(await project.read('out/bundle-report.json')).toContain('"digest"');
});
