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
    '0 9 15W * *',
    '0 9 L-3W * *',
    '0 12 * * 6#2',
    '0 12 * * monL',
    '0 22-6 * * FRI-MON',
    '*/5,3 * * * *',
    '0/15 05 * jan-mar *',
  ])('accepts %s', (cron) => {
    expect(readCrons([{ cron }])).toEqual([cron]);
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 3 * * 0',
    '0 3 * * 8',
    'nonsense',
    '@daily',
    ' 0 3 * * *',
    '0 3 * * *\n',
    '0 3 ? * MON',
    '0 3 l * *',
    '0 3 L,15 * *',
    '0 3 * * 1#6',
    '*,5 * * * *',
    '*/60 * * * *',
    '0 */24 * * *',
    '5/0 * * * *',
    '1--2 * * * *',
  ])('refuses "%s"', (cron) => {
    expect(() => readCrons([{ cron }])).toThrow('10100');
  });

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
