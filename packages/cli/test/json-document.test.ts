import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

let project: Project;
let cloudflare: RunningLocal;

const ONE = ['--tenant=mrrainbowsmoke', '--env=staging'];
const ALL = ['--all', '--env=staging'];

/** What scripts may rely on for every command. */
const DOCUMENT = {
  type: 'object',
  required: ['command', 'ok', 'exitCode'],
  properties: {
    command: { type: 'string', minLength: 1 },
    ok: { type: 'boolean' },
    exitCode: { enum: [0, 1, 2, 3, 4] },
    result: { type: 'object' },
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', pattern: '^[A-Z_]+$' },
        message: { type: 'string', minLength: 1 },
        hint: { type: 'string', minLength: 1 },
        details: { type: 'object' },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
  oneOf: [{ required: ['result'] }, { required: ['error'] }],
};

const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(DOCUMENT);

beforeAll(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
  cloudflare = await startLocal(project);
  await project.local(['deploy', ...ALL]);
}, 60_000);

afterAll(async () => {
  await cloudflare.stop();
  await project.remove();
});

it.each([
  ['validate', ONE, 0],
  ['validate', ALL, 0],
  ['plan', ONE, 0],
  ['plan', ['--all', '--env=dev', '--exit-code'], 2],
  ['deploy', ONE, 0],
  ['deploy', [...ALL, '--parallel', '1'], 0],
  ['drift', ONE, 0],
  ['drift', ALL, 0],
  ['status', ONE, 0],
  ['status', ['--env', 'staging'], 0],
  ['versions', ONE, 0],
  ['rollback', ONE, 1],
  ['secrets', ['list', ...ONE], 0],
  ['config', ONE, 0],
  ['doctor', ONE, 0],
  ['local', ['status'], 0],
  ['validate', ['--tenant=nobody'], 3],
  ['deploy', ['--all', '--env=nowhere'], 3],
  ['deploy', ['--wrong'], 3],
])(
  '%s %j prints exactly one document and exits %i',
  async (command, args, exitCode) => {
    const run = await project.cli([command, ...args, '--local', '--json']);
    const { json } = run;
    expect({ exitCode: run.exitCode, document: json.exitCode, ok: json.ok }).toEqual({
      exitCode,
      document: exitCode,
      ok: exitCode === 0,
    });
    validate(json);
    expect(validate.errors).toBeNull();
    expect(json.command).toBe(['secrets', 'local'].includes(command) ? `${command} ${args[0]}` : command);
    expect(run.stderr).toBe('');
  },
  60_000,
);
