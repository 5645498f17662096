import { ACCOUNT, HEALTHY, type TestProject } from '../support/project.ts';

const wrangler = (name: string, fields: object = {}): object => ({
  name,
  main: 'src/index.js',
  compatibility_date: '2026-02-01',
  ...fields,
});

/** Writes a tenant with these shared Workers, by name. */
export async function workers(
  project: TestProject,
  all: Readonly<Record<string, object>>,
  names: (worker: string) => string = (worker) => worker,
): Promise<void> {
  const declared = Object.entries(all).map(
    ([name, fields]) =>
      `${name}: { path: 'workers/${name}', overrides: () => (${JSON.stringify({ ...fields, name: names(name) })}) }`,
  );
  await project.write('cf-deploy.config.mjs', `export default { workers: { ${declared.join(', ')} } };`);
  for (const name of Object.keys(all)) {
    await project.write(`workers/${name}/wrangler.json`, wrangler(name, all[name]));
    await project.write(`workers/${name}/src/index.js`, HEALTHY);
  }
  await project.write(
    'tenants.jsonl',
    JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT, accountSubdomain: 'test', healthCheck: false }),
  );
}

/** A binding to a service, named like it. */
export function service(...names: readonly string[]): {
  readonly services: readonly { readonly binding: string; readonly service: string }[];
} {
  return { services: names.map((name) => ({ binding: name.toUpperCase(), service: name })) };
}
