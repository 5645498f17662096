import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssets } from '../../src/assets/manifest.ts';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import { writeBuild } from '../../src/bundle/write-build.ts';
import { buildContext, buildOptions, project, temporaryFolder } from './support.ts';

const FILES = {
  'src/index.ts': `import note from './note.txt'; export default { fetch: () => new Response(note) };`,
  'src/note.txt': 'note',
  'public/index.html': '<h1>a</h1>\n',
};

async function built(files: Record<string, string> = FILES, preserveFileNames = false) {
  const folder = await project(files);
  return {
    folder,
    bundle: await bundleWorker(
      buildOptions(folder, { preserveFileNames }),
      buildContext(folder, { allowedRoots: [path.dirname(folder)] }),
    ),
  };
}

describe('a build written to a folder', () => {
  it('has every module, the map and a report', async () => {
    const { bundle, folder } = await built();
    const outdir = path.join(await temporaryFolder(), 'new/folder');
    const assets = await readAssets(
      { directory: path.join(folder, 'public'), binding: null, config: {} },
      { rootDir: folder },
    );
    const files = await writeBuild({ bundle, assets, outdir });
    const names = ['assets-manifest.json', 'bundle-report.json', 'index.js', 'index.js.map'];
    const text = bundle.modules[1]?.name.slice(2) ?? '';
    expect((await readdir(outdir)).toSorted()).toEqual([text, ...names].toSorted());
    expect(files.map((file) => file.path)).toEqual([
      'index.js',
      text,
      'index.js.map',
      'bundle-report.json',
      'assets-manifest.json',
    ]);
    expect(await readFile(path.join(outdir, 'index.js'))).toEqual(
      Buffer.from(bundle.modules[0]?.bytes ?? []),
    );
  });

  it('reports sizes, digest and inputs, and nothing of this machine', async () => {
    const { bundle, folder } = await built();
    const outdir = await temporaryFolder();
    await writeBuild({ bundle, assets: null, outdir });
    const text = await readFile(path.join(outdir, 'bundle-report.json'), 'utf8');
    const report = JSON.parse(text) as Record<string, unknown>;
    expect(report).toMatchObject({
      digest: bundle.digest,
      mainModule: 'index.js',
      size: bundle.size,
      exports: ['default'],
    });
    expect(report['inputs']).toMatchObject([{ path: 'src/index.ts' }, { path: 'src/note.txt', bytes: 4 }]);
    expect(text).not.toContain(folder);
  });

  it('refuses a module whose name leads out of the folder', async () => {
    const { bundle } = await built(
      {
        'src/index.ts': `import note from '../../note.txt'; export default { note };`,
        '../note.txt': 'outside',
      },
      true,
    );
    await expect(writeBuild({ bundle, assets: null, outdir: await temporaryFolder() })).rejects.toMatchObject(
      {
        code: 'USAGE',
      },
    );
  });
});
