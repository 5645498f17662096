import { expect, test } from 'vitest';
import { goneFolder } from './gone-folder.ts';

const gone = (): string => {
  throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT' });
};

test('a folder that is there is nothing to speak of', () => {
  expect(goneFolder(['deploy'], () => '/project')).toBeNull();
});

test('a folder that was removed is said with what to do, not as a stack', () => {
  expect(goneFolder(['deploy'], gone)).toEqual({
    stdout: '',
    stderr:
      'error MACHINE_REFUSED The folder that the command was started in is not there any more.\n' +
      'hint Change to a folder that is there (cd), then run the command again.\n',
    exitCode: 1,
  });
});

test('with --json it is one document on standard output', () => {
  const { stdout, stderr } = goneFolder(['deploy', '--json'], gone) ?? { stdout: '', stderr: 'null' };
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 1, error: { code: 'MACHINE_REFUSED' } });
});
