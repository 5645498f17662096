import type { WorkerBinding } from '../../bindings/binding.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Way } from './way.ts';

/** What of a bound resource a rollback does not take back. */
const DATA: Readonly<Record<string, string>> = {
  d1: 'the schema and the rows of its database',
  kv_namespace: 'its keys',
  r2_bucket: 'its objects',
  queue: 'its messages, those that the newer code sent too',
  durable_object_namespace: 'the storage of its objects',
  vectorize: 'its vectors',
  workflow: 'its instances under way',
};

/** What decides what is said of a rollback beforehand. */
export interface Staying {
  readonly way: Way;
  /** Of the older version and of today's. */
  readonly bindings: readonly WorkerBinding[];
  /** The secrets the version was uploaded with come back. */
  readonly force: boolean;
  /** What is not versioned comes back too. */
  readonly withSettings: boolean;
  readonly hasSecrets: boolean;
}

/** What the reader should know before a rollback: how it is done, and what stays as it is. Pure. */
export function rollbackFindings(staying: Staying): readonly Finding[] {
  const { way, bindings, withSettings } = staying;
  const kinds = Object.entries(DATA).flatMap(([type, data]) => {
    const names = [...new Set(bindings.filter((one) => one.type === type).map(({ name }) => name))];
    return names.length === 0
      ? []
      : [info('data-stays', `bindings.${names[0] ?? ''}`, `${names.join(', ')}: ${data} stay as they are.`)];
  });
  return [
    ...(way.kind === 'upload'
      ? [
          info(
            'uploaded-again',
            'code',
            `${way.why.join(' ')} So its code, kept from back then, is uploaded again as a new version.`,
          ),
        ]
      : []),
    ...secretsFinding(staying),
    ...kinds,
    withSettings
      ? info(
          'settings-back',
          'settings',
          'What is not versioned (routes, custom domains, crons, queue consumers, workers.dev, logs) becomes what the record of that deploy says.',
        )
      : info(
          'settings-stay',
          'settings',
          'What is not versioned (routes, custom domains, crons, queue consumers, workers.dev, logs) stays as it is; --with-settings takes it from the record.',
        ),
  ];
}

function secretsFinding({ way, force, hasSecrets }: Staying): readonly Finding[] {
  if (!hasSecrets) return [];
  if (way.kind === 'upload') return [info('secrets-stay', 'secrets', 'Secrets stay as they are today.')];
  return [
    force
      ? info(
          'secrets-back',
          'secrets',
          'The version runs with the secrets it was uploaded with, older values too.',
        )
      : info(
          'secrets-stay',
          'secrets',
          'Secrets stay as they are today; should Cloudflare say that one changed since, the kept upload is sent again.',
        ),
  ];
}

function info(code: string, path: string, message: string): Finding {
  return { severity: 'info', code, path, message };
}
