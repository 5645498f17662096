import { describe, expect, it } from 'vitest';
import { readCrons } from './crons.ts';
import { checkRoutePattern, zoneOfHost } from './routes.ts';

describe('cron expressions', () => {
  it.each([
    '* * * * *',
    '*/5 * * * *',
    '0 3 * * MON',
    '0 3 * * 1',
    '0 3 * * 2-6',
    '30 9 L * *',
    '0 0 1,15 * *',
    '59 23 LW * *',
  ])('accepts %s', (cron) => {
    expect(readCrons([{ cron }])).toEqual([cron]);
  });

  it.each(['', '* * * *', '* * * * * *', '60 * * * *', '0 3 * * 0', '0 3 * * 8', 'nonsense', '@daily'])(
    'refuses "%s"',
    (cron) => {
      expect(() => readCrons([{ cron }])).toThrow('10100');
    },
  );

  it('refuses one that is listed twice', () => {
    expect(() => readCrons([{ cron: '* * * * *' }, { cron: '* * * * *' }])).toThrow('listed twice');
  });
});

describe('route patterns', () => {
  it.each([
    'example.com/*',
    'https://example.com/a',
    '*.example.com/*',
    '*example.com/*',
    'shop.example.com',
  ])('accepts %s', (pattern) => {
    expect(() => checkRoutePattern(pattern, 'example.com')).not.toThrow();
  });

  it.each([
    'other.com/*',
    'badexample.com/*',
    'a.*.example.com/*',
    'example.com/*/a',
    'example.com/?a',
    'ex ample.com/*',
  ])('refuses %s', (pattern) => {
    expect(() => checkRoutePattern(pattern, 'example.com')).toThrow('10022');
  });

  it('belong to the zone with the longest name', () => {
    const zone = (name: string) => ({ id: name, accountId: 'a', name, createdOn: '' });
    const zones = [zone('example.com'), zone('shop.example.com')];
    expect(zoneOfHost('*.shop.example.com/*', zones)?.name).toBe('shop.example.com');
    expect(zoneOfHost('https://example.com/', zones)?.name).toBe('example.com');
    expect(zoneOfHost('notexample.com', zones)).toBeUndefined();
  });
});
