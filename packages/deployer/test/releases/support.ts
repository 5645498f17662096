import {
  createDouble,
  ownWords,
  type Answering,
  type DoubleOptions,
  type EmulatorOptions,
} from '@cf-deploy/emulator';
import { ask, startProject, wranglerFile, type TestProject } from '../support/project.ts';

/** A project whose Workers say what their variables say: `STATUS` for the health check, `GREETING` to tell versions. */
export async function startFleet(
  tenants: readonly string[],
  emulator: EmulatorOptions = {},
): Promise<TestProject> {
  const project = await startProject({
    tenants,
    emulator: {
      runtime: ({ view }: Pick<DoubleOptions, 'view'>) => createDouble({ view, answer }),
      ...emulator,
    },
  });
  await greet(project, tenants, 'one');
  return project;
}

/** Changes what tenants' files want: their greeting, and whether they will be well. */
export async function greet(
  project: TestProject,
  tenants: readonly string[],
  greeting: string,
  sick: readonly string[] = [],
): Promise<void> {
  for (const tenant of tenants) {
    const vars = { TENANT: tenant, GREETING: greeting, STATUS: sick.includes(tenant) ? 'sick' : 'ok' };
    const before = JSON.parse(await project.read(`tenants/${tenant}/wrangler.json`)) as object;
    await project.write(`tenants/${tenant}/wrangler.json`, { ...before, vars });
  }
}

/** Adds fields to a tenant's wrangler file. */
export async function extend(
  project: TestProject,
  tenant: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  await project.write(`tenants/${tenant}/wrangler.json`, wranglerFile(tenant, fields));
}

/** What the Workers answer now. */
export function greetings(project: TestProject, tenants: readonly string[]): Promise<unknown[]> {
  return Promise.all(
    tenants.map(async (tenant) => (await ask(project, `${tenant}.test.workers.dev`))['greeting']),
  );
}

async function answer(answering: Answering): Promise<Response> {
  const { variables, ...words } = (await ownWords(answering).json()) as {
    readonly variables: Readonly<Record<string, unknown>>;
  };
  return Response.json({ ...words, status: variables['STATUS'], greeting: variables['GREETING'] });
}
