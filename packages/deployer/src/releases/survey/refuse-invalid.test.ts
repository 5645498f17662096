import { expect, test } from 'vitest';
import type { Finding } from '../../findings/finding.ts';
import { refuseInvalid, type Survey } from './survey.ts';

const finding = (code: string, severity: Finding['severity'] = 'error'): Finding => ({
  severity,
  code,
  path: 'p',
  message: `it is ${code}`,
  hint: `mend ${code}`,
});

const refusal = async (whole: readonly Finding[], own: readonly Finding[] = [], continueOnError = false) => {
  const asked: unknown[] = [];
  const finish: Survey['finish'] = async (env) => {
    asked.push(env);
    return whole;
  };
  const refused = await refuseInvalid({ finish } as Survey, { env: 'x', own, continueOnError }).then(
    () => null,
    ({ code, message, hint, findings }) => ({ code, message, hint, findings }),
  );
  return { refused, asked };
};

const invalid = (message: string, findings: readonly Finding[]) => ({
  code: 'CONFIG_INVALID',
  message,
  findings,
  hint: 'Correct it; cf-deploy validate --all shows the same.',
});

test('a project without errors is not refused, whatever it is warned of', async () => {
  expect(await refusal([finding('a', 'warning')], [finding('b', 'info')])).toEqual({
    refused: null,
    asked: ['x'],
  });
});

test('errors of the project and of the targets are told together', async () => {
  const [a, b] = [finding('a'), finding('b')];
  expect((await refusal([a, finding('w', 'warning')])).refused).toEqual(
    invalid('The project has an error, so nothing was deployed.', [a]),
  );
  expect((await refusal([a], [b])).refused).toEqual(
    invalid('The project has 2 errors, so nothing was deployed.', [a, b]),
  );
});

test('those of targets alone leave the others to go on, where that was asked', async () => {
  expect((await refusal([], [finding('a')], true)).refused).toBeNull();
  expect((await refusal([finding('b')], [finding('a')], true)).refused).toMatchObject({
    findings: [finding('b')],
  });
});

test('where only the environment was not named, just that is said', async () => {
  const named = finding('environment-not-named');
  const { hint: _, ...bare } = named;
  const said = { code: 'ENVIRONMENT_NOT_NAMED', message: 'it is environment-not-named', findings: [named] };
  expect((await refusal([named])).refused).toEqual({ ...said, hint: 'mend environment-not-named' });
  expect((await refusal([bare])).refused).toEqual({ ...said, findings: [bare], hint: undefined });
  expect((await refusal([named], [finding('a')])).refused?.code).toBe('CONFIG_INVALID');
});
