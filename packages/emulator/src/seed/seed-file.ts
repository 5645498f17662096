import type { Seed } from './seed.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** A seed is not what it should be. */
export class SeedError extends Error {
  override name = 'SeedError';
  readonly code = 'INVALID_SEED';
}

/** Says what is wrong with a value, or nothing. */
type Check = (value: Json | undefined) => string | null;
/** Fields of the entries of a list; a name with `?` may be left out. */
type Fields = Record<string, Check>;

const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? null : 'must be a non-empty text';
const anyText: Check = (value) => (typeof value === 'string' ? null : 'must be a text');
const accountId: Check = (value) =>
  typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? null : 'must be 32 hex characters';
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value as string) ? null : `must be ${values.join(', ')}`;
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item) === null)
      ? null
      : 'is a list with a wrong entry';
const listOrAll =
  (check: Check): Check =>
  (value) =>
    value === '*' ? null : list(check)(value);
const number: Check = (value) => (typeof value === 'number' && value > 0 ? null : 'must be a number above 0');
const object: Check = (value) => (isObject(value) ? null : 'must be an object');
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);
const time: Check = (value) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? null : 'must be a time';
const secret: Check = (value) =>
  text(value) === null ||
  (isObject(value) && text(value['name']) === null && anyText(value['value']) === null)
    ? null
    : 'must be a name, or a name and a value';

const LISTS: Record<keyof Seed, Fields> = {
  accounts: {
    id: accountId,
    'name?': text,
    'plan?': oneOf('free', 'paid'),
    'workerLimit?': number,
    'subdomain?': orNull(text),
  },
  tokens: {
    value: text,
    'kind?': oneOf('user', 'account', 'key'),
    'email?': text,
    'accounts?': listOrAll(accountId),
    'permissions?': listOrAll(text),
    'status?': oneOf('active', 'disabled', 'expired'),
    'expiresOn?': time,
    'notBefore?': time,
  },
  kvNamespaces: { accountId, id: text, 'title?': text },
  d1Databases: { accountId, uuid: text, name: text },
  r2Buckets: { accountId, name: text, 'jurisdiction?': text },
  queues: { accountId, name: text, 'id?': text },
  vectorizeIndexes: {
    accountId,
    name: text,
    'dimensions?': number,
    'metric?': text,
    'description?': anyText,
  },
  hyperdriveConfigs: { accountId, id: text, 'name?': text, 'origin?': object },
  zones: { accountId, name: text, 'id?': text },
  dispatchNamespaces: { accountId, name: text },
  secretsStores: { accountId, id: text, 'name?': text, 'secrets?': list(secret) },
  certificates: { accountId, id: text, 'name?': text },
  dnsRecords: { zone: text, hostname: text, 'content?': text },
};

/**
 * Checks a seed from outside.
 * @throws SeedError naming the list, entry and field that is wrong, missing or not known. Values are not repeated.
 */
export function readSeed(value: Json | undefined): Seed {
  if (!isObject(value)) throw new SeedError('The seed must be an object.');
  for (const [name, entries] of Object.entries(value)) {
    const fields = Object.hasOwn(LISTS, name) ? LISTS[name as keyof Seed] : undefined;
    if (fields === undefined)
      throw new SeedError(`Unknown list "${name}". Known: ${Object.keys(LISTS).join(', ')}.`);
    if (!Array.isArray(entries)) throw new SeedError(`${name} must be a list.`);
    for (const [index, entry] of entries.entries()) checkEntry(`${name}[${index}]`, entry, fields);
  }
  return value as Seed;
}

function checkEntry(where: string, entry: Json | undefined, fields: Fields): void {
  if (!isObject(entry)) throw new SeedError(`${where} must be an object.`);
  const item: JsonObject = entry;
  const known = Object.keys(fields).map((field) => field.replace('?', ''));
  const unknown = Object.keys(item).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw new SeedError(`${where} has an unknown field "${unknown}". Known: ${known.join(', ')}.`);
  for (const [field, check] of Object.entries(fields)) {
    const name = field.replace('?', '');
    const value = item[name];
    if (value === undefined && field.endsWith('?')) continue;
    const wrong = value === undefined ? 'is missing' : check(value);
    if (wrong !== null) throw new SeedError(`${where}.${name} ${wrong}.`);
  }
}
