import { describe, expect, test } from 'vitest';
import { tableEdit } from './table-edit.ts';

const CSV =
  '\uFEFFtenantId,"labels.plan",accountId,limits:json\r\nacme,"pro, yearly",1,"{""a"":1}"\r\n"globex",,2,\r\n\r\ninitech,free,3,';
const JSONL = '{"tenantId":"acme", "accountId" : "1"}\n\n{"tenantId":"globex","labels":{"plan":"pro"}}\n';
const YAML = `# all of them
- tenantId: acme # the first
  accountId: "1"

# the next one pays
- tenantId: "007"
  labels:
    plan: pro
# the end
`;

describe('a CSV table', () => {
  const edit = tableEdit('tenants.csv');

  test('gets a row behind the last, whose line is ended first', () => {
    expect(edit.append(CSV, { tenantId: 'hooli', labels: { plan: 'a "b", c' }, limits: { x: [1] } })).toBe(
      `${CSV}\r\nhooli,"a ""b"", c",,"{""x"":[1]}"\r\n`,
    );
  });

  test('loses one row and nothing else', () => {
    expect(edit.remove(CSV, 'globex')).toBe(CSV.replace('"globex",,2,\r\n', ''));
    expect(edit.remove(CSV, 'initech')).toBe(CSV.replace('initech,free,3,', ''));
  });

  test('has single cells set, the id among them', () => {
    expect(edit.set(CSV, 'acme', { tenantId: 'acme-eu', accountId: '9', 'labels.plan': 'free' })).toBe(
      CSV.replace('acme,"pro, yearly",1', 'acme-eu,free,9'),
    );
    expect(edit.set(CSV, 'globex', { tenantId: 'g' })).toBe(CSV.replace('"globex"', 'g'));
  });

  test.each([
    ['a field without a column', () => edit.append(CSV, { tenantId: 'x', region: 'eu' })],
    ['a field set without a column', () => edit.set(CSV, 'acme', { region: 'eu' })],
    ['a row that is not there', () => edit.remove(CSV, 'nobody')],
    ['no header', () => edit.append('', { tenantId: 'x' })],
  ])('is left alone for %s', (_what, change) => {
    expect(change).toThrow(expect.objectContaining({ code: 'NOT_EDITABLE' }) as Error);
  });
});

describe('a table of JSON lines', () => {
  const edit = tableEdit('tenants.jsonl');

  test('is edited line by line', () => {
    expect(edit.append(JSONL, { tenantId: 'x' })).toBe(`${JSONL}{"tenantId":"x"}\n`);
    expect(edit.remove(JSONL, 'acme')).toBe(JSONL.replace('{"tenantId":"acme", "accountId" : "1"}\n', ''));
    expect(edit.set(JSONL, 'acme', { tenantId: 'b', accountId: '2' })).toBe(
      JSONL.replace('"acme", "accountId" : "1"', '"b", "accountId" : "2"'),
    );
    expect(edit.set(JSONL, 'globex', { accountId: '2' })).toContain(
      '{"tenantId":"globex","labels":{"plan":"pro"},"accountId": "2"}\n',
    );
  });
});

describe('a YAML table', () => {
  const edit = tableEdit('tenants.yaml');

  test('gets an item behind the last, with ids of digits in quotes', () => {
    expect(edit.append(YAML, { tenantId: '008', labels: { plan: 'pro' } })).toBe(
      `${YAML}- tenantId: "008"\n  labels:\n    plan: pro\n`,
    );
    expect(edit.append('', { tenantId: 'x' })).toBe('- tenantId: x\n');
  });

  test('loses one item, and keeps the comments around it', () => {
    expect(edit.remove(YAML, 'acme')).toBe(
      '# all of them\n\n# the next one pays\n- tenantId: "007"\n  labels:\n    plan: pro\n# the end\n',
    );
    expect(edit.remove(YAML, '007')).toBe(YAML.replace('- tenantId: "007"\n  labels:\n    plan: pro\n', ''));
  });

  test('has fields set in their places, and new ones behind the others', () => {
    expect(edit.set(YAML, 'acme', { tenantId: 'b', accountId: '2' })).toBe(
      YAML.replace('acme #', 'b #').replace('"1"', '"2"'),
    );
    expect(edit.set(YAML, '007', { accountId: '2', 'labels.plan': 'free' })).toBe(
      YAML.replace('plan: pro\n', 'plan: free\n  accountId: "2"\n'),
    );
  });

  test('is left alone where setting would be guessing', () => {
    expect(() => edit.set('- { tenantId: acme }\n', 'acme', { accountId: '1' })).toThrow(
      expect.objectContaining({ code: 'NOT_EDITABLE' }) as Error,
    );
  });
});
