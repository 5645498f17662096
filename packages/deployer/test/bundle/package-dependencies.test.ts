import { describe, expect, it } from 'vitest';
import { packageDependencies } from '../../src/bundle/package-dependencies.ts';
import { caseProject, project, temporaryFolder } from './support.ts';

describe('the dependencies of a project', () => {
  it('are those that are installed, with range and version, as wrangler lists them', async () => {
    expect(packageDependencies(await caseProject('package-dependencies'))).toEqual([
      { name: 'tiny-twice', packageJsonVersion: '^1.0.0', installedVersion: '1.2.3' },
    ]);
  });

  it('leave out names that the file hides', async () => {
    const folder = await caseProject('package-dependencies');
    expect(packageDependencies(folder, ['tiny-*'])).toEqual([]);
    expect(packageDependencies(folder, ['tiny', '@tiny/*', 't.ny-twice'])).toHaveLength(1);
    expect(packageDependencies(folder, ['*'])).toEqual([]);
  });

  it('are none without a package.json, or with one that cannot be read', async () => {
    expect(packageDependencies(await temporaryFolder())).toEqual([]);
    expect(packageDependencies(await project({ 'package.json': '{ broken' }))).toEqual([]);
    expect(packageDependencies(await project({ 'package.json': '{ "dependencies": { "a": 1 } }' }))).toEqual(
      [],
    );
  });

  it('never lead out of node_modules', async () => {
    const folder = await project({
      'package.json': '{ "version": "9.9.9", "dependencies": { "..": "*", "a/../..": "*" } }',
    });
    expect(packageDependencies(folder)).toEqual([]);
  });
});
