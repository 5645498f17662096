import { Ajv } from 'ajv';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { madeLate } from '../../src/made-late.ts';
import { type JsonSchema, tenantJsonSchema, workerJsonSchema } from '../../src/resolve/json-schemas.ts';
import { readCases } from '../parity/parity-case.ts';
import { INTENDED } from '../parity/differences.ts';
import { ACCOUNT } from './support.ts';

const FOLDER = '../../../../schemas';

/** Compiling it takes half a second. */
const workerSchema = madeLate(() =>
  new Ajv({ strict: false, formats: { uri: true } }).compile(workerJsonSchema()),
);

const text = (schema: JsonSchema): string => `${JSON.stringify(schema, undefined, 2)}\n`;

describe('the JSON Schemas for editors', () => {
  it('are those of the wrangler file that is checked: npm run generate writes them', async () => {
    await expect(text(workerJsonSchema())).toMatchFileSnapshot(`${FOLDER}/wrangler.schema.json`);
  });

  it('are those of the tenant file that is checked: npm run generate writes them', async () => {
    await expect(text(tenantJsonSchema())).toMatchFileSnapshot(`${FOLDER}/tenant.config.schema.json`);
  });

  it('accept every recorded configuration that is deployed', async () => {
    const validate = workerSchema();
    const accepted = (await readCases()).filter(
      ({ expected, name }) => expected.exit === 0 && !Object.hasOwn(INTENDED, name),
    );
    for (const { files, name } of accepted) {
      const source = files['wrangler.jsonc'];
      if (typeof source !== 'string') continue;
      validate(parse(source, [], { allowTrailingComma: true }));
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });

  it('point at mistakes', () => {
    const worker = workerSchema();
    expect(worker({ name: 'x', compat_date: '2026-01-01' })).toBe(false);
    expect(worker({ name: 'x', env: { staging: { keep_vars: true } } })).toBe(false);
    const tenant = new Ajv({ strict: false, formats: { uri: true } }).compile(tenantJsonSchema());
    expect(tenant({ tenantId: 'a', accountId: ACCOUNT })).toBe(true);
    expect(tenant({ tenantId: 'a', accountId: 'x' })).toBe(false);
  });
});
