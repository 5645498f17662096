import { expect, test } from 'vitest';
import { fakeApi } from '../../../test/support/api.ts';
import { makeWorker } from '../../../test/support/worker.ts';
import type { Json } from '../../json.ts';
import { cronsStep } from './crons.ts';
import { customDomainsStep } from './custom-domains.ts';
import { routesStep } from './routes-step.ts';
import { scriptSettingsStep } from './settings.ts';
import { subdomainStep } from './workers-dev.ts';

type Context = Parameters<NonNullable<typeof cronsStep.holds>>[2];
type Side = 'before' | 'after';

/** How each step tells whose is what is there: what the call answers before it, after it, and when somebody set it since. */
const STEPS: readonly {
  readonly name: string;
  readonly call: string;
  readonly holds: (side: Side, context: Context) => Promise<boolean | null> | undefined;
  readonly before: Json;
  readonly after: Json;
  readonly theirs: Json;
}[] = [
  {
    name: 'crons',
    call: 'GET /workers/scripts/acme/schedules',
    holds: (side, context) =>
      cronsStep.holds?.({ kind: 'crons', before: ['1 1 * * *'], after: ['2 2 * * *'] }, side, context),
    before: { schedules: [{ cron: '1 1 * * *' }] },
    after: { schedules: [{ cron: '2 2 * * *' }] },
    theirs: { schedules: [{ cron: '2 2 * * *' }, { cron: '3 3 * * *' }] },
  },
  {
    name: 'workers.dev',
    call: 'GET /workers/scripts/acme/subdomain',
    holds: (side, context) =>
      subdomainStep.holds?.(
        {
          kind: 'subdomain',
          before: { enabled: false, previews_enabled: true },
          after: { enabled: true, previews_enabled: false },
        },
        side,
        context,
      ),
    before: { enabled: false, previews_enabled: true },
    after: { enabled: true, previews_enabled: false },
    theirs: { enabled: true, previews_enabled: true },
  },
  {
    name: 'script settings',
    call: 'GET /workers/scripts/acme/settings',
    holds: (side, context) =>
      scriptSettingsStep.holds?.(
        {
          kind: 'script-settings',
          before: { logpush: false, tags: [] },
          after: { logpush: true, tags: ['cf:service=x', 'cf:environment=y'] },
        },
        side,
        context,
      ),
    before: settingsAnswer(false, []),
    after: settingsAnswer(true, ['cf:environment=y', 'cf:service=x']),
    theirs: settingsAnswer(true, ['cf:service=x']),
  },
  {
    name: 'routes',
    call: 'GET /workers/services/acme/environments/production/routes',
    holds: (side, context) =>
      routesStep.holds?.(
        {
          kind: 'routes',
          before: [],
          after: [{ pattern: 'example.com/a' }, { pattern: 'example.com/b' }],
        },
        side,
        context,
      ),
    before: [],
    after: [routeAnswer('example.com/b'), routeAnswer('example.com/a')],
    theirs: [routeAnswer('example.com/a')],
  },
  {
    name: 'custom domains',
    call: 'GET /workers/domains',
    holds: (side, context) =>
      customDomainsStep.holds?.(
        {
          kind: 'custom-domains',
          before: [{ hostname: 'a.example.com' }],
          after: [{ hostname: 'b.example.com' }],
          takeOver: false,
        },
        side,
        context,
      ),
    before: [domainAnswer('a.example.com'), domainAnswer('b.example.com', 'another')],
    after: [domainAnswer('b.example.com')],
    theirs: [domainAnswer('a.example.com'), domainAnswer('b.example.com')],
  },
];

function settingsAnswer(logpush: boolean, tags: readonly string[]): Json {
  return { bindings: [], compatibility_date: '2026-02-01', compatibility_flags: [], logpush, tags };
}

function routeAnswer(pattern: string): Json {
  return { id: pattern, pattern, zone_id: 'z', zone_name: 'example.com' };
}

function domainAnswer(hostname: string, service = 'acme'): Json {
  return {
    id: hostname,
    hostname,
    service,
    environment: 'production',
    zone_id: 'z',
    zone_name: 'example.com',
  };
}

test.each(STEPS)(
  '$name: what is there is as the step found it, as it set it, or somebody else set it since',
  async ({ call, holds, before, after, theirs }) => {
    const told = async (answer: Json): Promise<readonly (boolean | null | undefined)[]> => {
      const { reader, writer } = fakeApi({ [call]: answer });
      const context = { reader, writer, worker: makeWorker({ scriptName: 'acme' }) };
      return [await holds('before', context), await holds('after', context)];
    };
    expect(await told(before)).toEqual([true, false]);
    expect(await told(after)).toEqual([false, true]);
    expect(await told(theirs)).toEqual([false, false]);
  },
);
