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

it('the build command of a Worker without code runs too, and the new site is deployed', async () => {
  const project = await startProject({
    tenantConfig: { healthCheck: false },
    deployer: { env: { PATH: process.env['PATH'] } },
  });
  onTestFinished(() => project.close());
  await project.write('tenants/acme/wrangler.json', {
    name: 'acme',
    compatibility_date: '2026-02-01',
    build: { command: 'mkdir -p dist && echo new > dist/index.html' },
    assets: { directory: 'dist' },
  });
  await project.write('tenants/acme/dist/index.html', 'old');
  await project.deployer.deploy({ tenant: 'acme' });
  expect(await project.read('tenants/acme/dist/index.html')).toBe('new\n');
});
