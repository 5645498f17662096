import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asDeployError } from './errors.ts';
import { machineRefusal } from './machine-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'machine-'));
const file = join(folder, 'file');
closeSync(openSync(file, 'w'));

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test.each([
  ['a file where a folder should be', () => mkdirSync(join(file, 'below')), 'ENOTDIR', /move it away/],
  ['a folder where a file should be', () => readFileSync(folder), 'EISDIR', /move it away/],
  ['what is there already', () => mkdirSync(file), 'EEXIST', /move it away/],
  [
    'a name that is too long',
    () => writeFileSync(join(folder, 'x'.repeat(300)), ''),
    'ENAMETOOLONG',
    /shorter/,
  ],
  ['what is not there', () => readFileSync(join(folder, 'none')), 'ENOENT', /put it back/],
  ['a full disk', () => writeFileSync('/dev/full', 'x'), 'ENOSPC', /Make room/],
])('%s is a refusal of the machine, not a defect of this tool', (_what, act, code, hint) => {
  const error = asDeployError(thrownBy(act));
  expect(error).toMatchObject({
    code: 'MACHINE_REFUSED',
    exitCode: 1,
    hint: expect.stringMatching(hint) as string,
  });
  expect(error.message).toMatch(new RegExp(`^This machine refused to \\w+.*: .* \\(${code}\\)\\.$`));
});

const made = (fields: object): Error => Object.assign(new Error('as the system says it'), fields);

test('a full or unwritable file of releases is one, too', () => {
  expect(machineRefusal(made({ code: 'SQLITE_FULL' }))?.message).toContain('the file that keeps releases');
  expect(machineRefusal(made({ code: 'SQLITE_IOERR_WRITE' }))?.hint).toContain('Check the disk');
});

test.each([
  ['of the network', { code: 'EACCES', syscall: 'connect' }],
  ['of a program that could not be started', { code: 'ENOENT', syscall: 'spawn esbuild' }],
  ['of ours that has the same name', { code: 'EACCES' }],
  ['nobody knows', { code: 'EWHATEVER', syscall: 'open' }],
])('an error %s is none', (_what, fields) => {
  expect(machineRefusal(made(fields))).toBeNull();
  expect(asDeployError(made(fields)).code).toBe('INTERNAL');
});
