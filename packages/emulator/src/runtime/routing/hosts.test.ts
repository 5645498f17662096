import { describe, expect, it } from 'vitest';
import { createWorld } from '../../../test/runtime/world.ts';
import { findDestination } from './hosts.ts';

const world = createWorld();
const api = world.script('api');
const live = world.deploy(api, {});
const preview = world.upload(api, { annotations: { 'workers/alias': 'try-it' } });
const hidden = world.upload(api, { hasPreview: false });
const dashed = world.script('my-api');
const dashedLive = world.deploy(dashed, {});
world.deploy(world.script('off', { subdomain: { enabled: false, previewsEnabled: false } }), {});
world.script('empty');
world.deploy(world.script('site'), {});
world.routes.push(
  {
    zoneId: 'z',
    id: '1',
    pattern: 'example.com/*',
    script: 'site',
    accountId: world.account.id,
    zoneName: 'example.com',
  },
  {
    zoneId: 'z',
    id: '2',
    pattern: 'example.com/api/*',
    script: 'api',
    accountId: world.account.id,
    zoneName: 'example.com',
  },
  {
    zoneId: 'z',
    id: '3',
    pattern: 'example.com/plain*',
    script: null,
    accountId: world.account.id,
    zoneName: 'example.com',
  },
  {
    zoneId: 'z',
    id: '4',
    pattern: 'example.com/gone/*',
    script: 'gone',
    accountId: world.account.id,
    zoneName: 'example.com',
  },
  {
    zoneId: 'z',
    id: '5',
    pattern: 'shop.example.com/cart/*',
    script: 'site',
    accountId: world.account.id,
    zoneName: 'example.com',
  },
);
world.domains.push({
  accountId: world.account.id,
  id: 'd',
  hostname: 'shop.example.com',
  zoneId: 'z',
  zoneName: 'example.com',
  service: 'api',
  environment: 'production',
  certId: 'c',
  enabled: true,
  previewsEnabled: false,
});

const find = (url: string): string | null => {
  const destination = findDestination(world.view, new URL(url));
  if (destination === null || destination.kind !== 'worker') return destination?.kind ?? null;
  return `${destination.script.name} ${destination.preview?.id ?? 'live'}`;
};
const short = (version: { id: string }): string => version.id.slice(0, 8);

describe('a host', () => {
  it.each([
    ['http://api.acme.workers.dev/x', 'api live'],
    ['http://API.acme.workers.dev/x', 'api live'],
    ['http://api.acme.localhost:8787/x', 'api live'],
    ['http://my-api.acme.workers.dev/', 'my-api live'],
    ['http://absent.acme.workers.dev/', 'nothing-here'],
    ['http://off.acme.workers.dev/', 'nothing-here'],
    ['http://empty.acme.workers.dev/', 'nothing-here'],
    ['http://api.unknown.workers.dev/', null],
    ['http://acme.workers.dev/', null],
    ['http://localhost:8787/', null],
    ['http://a.b.acme.workers.dev/', null],
    ['http://other.org/', null],
    ['https://example.com/', 'site live'],
    ['https://example.com/api/users', 'api live'],
    ['https://example.com/plain/x', 'no-origin'],
    ['https://example.com/gone/x', 'no-origin'],
    ['https://www.example.com/', 'no-origin'],
    ['https://shop.example.com/', 'api live'],
    ['https://shop.example.com/cart/1', 'site live'],
  ])('%s goes to %s', (url, expected) => {
    expect(find(url)).toBe(expected);
  });

  it('with the start of a version id shows that version', () => {
    expect(find(`http://${short(preview)}-api.acme.workers.dev/`)).toBe(`api ${preview.id}`);
    expect(find(`http://${short(live)}-api.acme.localhost/`)).toBe(`api ${live.id}`);
    expect(find(`http://${short(dashedLive)}-my-api.acme.workers.dev/`)).toBe(`my-api ${dashedLive.id}`);
  });

  it('with an alias shows the version that has it', () => {
    expect(find('http://try-it-api.acme.workers.dev/')).toBe(`api ${preview.id}`);
  });

  it('shows nothing for a version without preview, or when previews are off', () => {
    expect(find(`http://${short(hidden)}-api.acme.workers.dev/`)).toBe('nothing-here');
    api.subdomain.previewsEnabled = false;
    expect(find(`http://${short(preview)}-api.acme.workers.dev/`)).toBe('nothing-here');
    api.subdomain.previewsEnabled = true;
  });
});
