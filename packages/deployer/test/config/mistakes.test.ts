import { describe, expect, it } from 'vitest';
import { codeFrame } from '../../src/findings/code-frame.ts';
import { check, type CheckOptions } from './support.ts';

/** The twenty commonest mistakes, as a newcomer makes them. */
const MISTAKES: readonly (readonly [string, string | Readonly<Record<string, unknown>>, CheckOptions?])[] = [
  ['a comma is missing', '{\n  "name": "shop"\n  "main": "src/index.ts"\n}'],
  ['a field is misspelt', { compat_date: '2026-02-01' }],
  ['the name has capitals', { name: 'My Shop' }],
  ['the compatibility date is missing', '{ "name": "shop", "main": "src/index.ts" }'],
  ['the compatibility date is in the future', { compatibility_date: '2027-01-01' }],
  ['the entry file does not exist', { main: 'src/worker.ts' }],
  ['a binding has the API’s field names', { kv_namespaces: [{ name: 'CACHE', namespace_id: 'x' }] }],
  ['a list is written as an object', { d1_databases: { binding: 'DB' } }],
  ['two bindings have one name', { vars: { STORE: 'x' }, kv_namespaces: [{ binding: 'STORE' }] }],
  ['a placeholder id was left in', { kv_namespaces: [{ binding: 'CACHE', id: '<your-id>' }] }],
  ['a secret is in vars', { vars: { STRIPE_API_KEY: `sk_${'live'}_0123456789abcdefghij` } }],
  [
    'an environment lacks a binding',
    { vars: { A: '1', B: '2' }, env: { staging: { vars: { A: '3' } } } },
    { env: 'staging' },
  ],
  ['the environment does not exist', { env: { staging: {}, production: {} } }, { env: 'stagin' }],
  ['both files name another account', { account_id: 'f'.repeat(32) }],
  ['a cron counts Sunday as 0', { triggers: { crons: ['0 3 * * 0'] } }],
  ['a custom domain has a wildcard', { routes: [{ pattern: '*.example.com/shop', custom_domain: true }] }],
  ['route and routes are both written', { route: 'a.example.com/*', routes: ['b.example.com/*'] }],
  [
    'a Durable Object has no migration',
    { durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] } },
  ],
  ['the project is a Pages project', { pages_build_output_dir: 'dist' }],
  [
    'an environment inherits a custom domain',
    { routes: [{ pattern: 'shop.example.com', custom_domain: true }], env: { staging: {} } },
    { env: 'staging' },
  ],
];

describe('the commonest mistakes', () => {
  it.each(MISTAKES.map(([title, wrangler, options]) => ({ title, wrangler, options })))(
    '$title',
    ({ wrangler, options }) => {
      const { findings, sources } = check(wrangler, options);
      const text = findings.flatMap((finding) => {
        const place = finding.place;
        const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}`;
        const source = place === undefined ? undefined : sources[place.file];
        return [
          `${finding.severity} ${finding.code} ${where}`,
          `  ${finding.message}`,
          ...(finding.hint === undefined ? [] : [`  → ${finding.hint}`]),
          ...(source === undefined || place === undefined ? [] : codeFrame(source, place, 0)),
        ];
      });
      expect(text.join('\n')).toMatchSnapshot();
    },
  );

  it('are twenty', () => {
    expect(MISTAKES).toHaveLength(20);
  });
});
