import { type Emulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { parse } from 'jsonc-parser';
import { type ParityCase, PARITY_ACCOUNT } from './parity-case.ts';

interface Migration {
  readonly tag: string;
  readonly new_classes?: readonly string[];
  readonly new_sqlite_classes?: readonly string[];
}

/**
 * Uploads the Worker that a case finds in the account: at the migration tag, with the tags, bindings and secrets that the
 * recorded answers of the API say.
 */
export async function uploadExisting(emulator: Emulator, parityCase: ParityCase): Promise<void> {
  const name = parityCase.expected.upload?.path.split('/scripts/')[1]?.split('/')[0] ?? '';
  const script = merged(parityCase, '/workers/services/')?.['default_environment'] as
    { readonly script?: { readonly migration_tag?: string; readonly tags?: readonly string[] } } | undefined;
  const tag = script?.script?.migration_tag;
  const config = parse(String(parityCase.files['wrangler.jsonc'])) as {
    readonly migrations?: readonly Migration[];
    readonly secrets?: { readonly required?: readonly string[] };
    readonly exports?: Readonly<Record<string, unknown>>;
  };
  const done = (config.migrations ?? []).slice(
    0,
    (config.migrations ?? []).findIndex((step) => step.tag === tag) + 1,
  );
  const classes = (config.migrations ?? []).flatMap((step) => [
    ...(step.new_classes ?? []),
    ...(step.new_sqlite_classes ?? []),
  ]);
  const metadata = {
    main_module: 'index.js',
    compatibility_date: '2026-02-01',
    tags: script?.script?.tags ?? [],
    bindings: [
      ...((merged(parityCase, '/settings')?.['bindings'] as readonly object[] | undefined) ?? []),
      ...[...(config.secrets?.required ?? []), ...secretNames(parityCase)].map((secret) => ({
        name: secret,
        type: 'secret_text',
        text: 'x',
      })),
    ],
    ...(tag === undefined
      ? {}
      : {
          migrations: {
            new_tag: tag,
            steps: done.length === 0 ? [{}] : done.map((step) => withoutTag(step)),
          },
        }),
  };
  const code = `import { DurableObject } from 'cloudflare:workers';
    ${[...new Set(classes)].map((name_) => `export class ${name_} extends DurableObject {}`).join('\n')}
    export default { fetch() { return new Response('before'); } };`;
  const form = new FormData();
  form.set('metadata', JSON.stringify(metadata));
  form.set('index.js', new File([code], 'index.js', { type: 'application/javascript+module' }), 'index.js');
  const url = `https://api.cloudflare.com/client/v4/accounts/${PARITY_ACCOUNT}/workers/scripts/${name}`;
  const headers = { authorization: `Bearer ${LOCAL_TOKEN}` };
  const response = await emulator.fetch(new Request(url, { method: 'PUT', body: form, headers }));
  if (!response.ok) throw new Error(`The Worker ${name} was refused: ${await response.text()}`);
}

function merged(parityCase: ParityCase, path: string): Readonly<Record<string, unknown>> | undefined {
  return parityCase.responses?.find((response) => response.path.includes(path))?.merge as
    Readonly<Record<string, unknown>> | undefined;
}

/** Secrets that the recorded list has. */
function secretNames(parityCase: ParityCase): readonly string[] {
  const list = parityCase.responses?.find((response) => response.path.endsWith('/secrets'))?.result;
  return ((list ?? []) as readonly { readonly name: string }[]).map(({ name }) => name);
}

function withoutTag(migration: Migration): object {
  return Object.fromEntries(Object.entries(migration).filter(([key]) => key !== 'tag'));
}
