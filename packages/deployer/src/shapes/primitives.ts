import { z } from 'zod';
import { UNSEEN } from '../text/visible.ts';

/**
 * Building blocks of the schemas. A custom message completes the sentence "`path` …", so it begins with "must"; types,
 * ranges, lengths and lists of choices get their sentence from `zod-findings.ts`. Every text has a shape with a name and
 * a length: what the platform documents, else generous, since the platform has the last word.
 */

/** Text with a length, and then a form: a text that is too long is not looked at further. */
export function shaped(max: number, form: RegExp, sentence: string): z.ZodString {
  // In one step: each method in a chain makes the schema, which is a quarter of a program's start, anew.
  return z.string().check(notEmpty(), z.maxLength(max, { abort: true }), z.regex(form, sentence));
}

/** Any one line: no control characters, nothing unseen, no half characters. May be empty. */
export function line(max: number): z.ZodString {
  return z
    .string()
    .check(
      z.maxLength(max, { abort: true }),
      z.regex(LINE, 'must be one line of text without control characters'),
    );
}

const LINE = new RegExp(`^[^${UNSEEN}]*$`, 'u');

function notEmpty() {
  return z.minLength(1, { error: 'must not be empty', abort: true });
}

/** A name that only local development looks at; may be empty. */
export const localName = line(255).regex(/^$|[\p{L}\p{N}]/u, 'must have a letter or digit');

/** Text of several lines, such as a command or code: tabs and line feeds are the only control characters. */
export function lines(max: number): z.ZodString {
  return shaped(max, CODE, 'must be text without control characters');
}

const CODE = /^(?:[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\t\n])*$/u;

const SEEN = new RegExp(`^(?=.*[\\p{L}\\p{N}])[^${UNSEEN}\\s](?:[^${UNSEEN}]*[^${UNSEEN}\\s])?$`, 'u');

/** A name for people: one line with a letter or digit in it, and no white space at its ends. */
export function displayName(max: number): z.ZodString {
  return shaped(
    max,
    SEEN,
    'must be a name: one line with a letter or digit, no control characters, no space at its ends',
  );
}

/** Name under which the Worker reaches a resource: `env.NAME`. The API takes nearly any text. */
export const bindingName = displayName(255).describe('Name under which the Worker reaches it: env.NAME.');

/** A class or entrypoint: the name of an export. */
export const className = shaped(
  255,
  /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u,
  'must be the name of a class: letters, digits, _ and $, not beginning with a digit',
);

/** A name of something in the account: a Worker, a queue, a dataset, an environment. */
export const resourceName = shaped(
  255,
  /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  'must be a name: ASCII letters, digits, dashes, dots and underscores',
);

/** An id the account gives. Kinds whose ids have a known form warn about others, `<your-id>` among them (`malformedId`). */
export const resourceId = shaped(
  255,
  /^(?:[A-Za-z0-9_][A-Za-z0-9_.:-]*|<[A-Za-z0-9_. -]+>)$/,
  'must be an id: ASCII letters, digits, dashes, underscores, dots and colons',
);

/** Name of a queue. Source: Queues documentation, "Configure Queues": at most 63 characters. */
export const queueName = shaped(
  63,
  /^[A-Za-z0-9_][A-Za-z0-9_-]*$/,
  'must be the name of a queue: letters, digits, dashes and underscores',
);

/** Where data may live: `eu`, `fedramp`. */
export const jurisdiction = shaped(32, /^[A-Za-z0-9-]+$/, 'must be the name of a jurisdiction, such as "eu"');

/** Name of a secret. Source: what `secrets put` takes. */
export const secretName = shaped(
  128,
  /^[A-Za-z_$][\w$]*$/,
  'must be the name of a secret, such as "OPENAI_API_KEY", never its value',
);

/** Tag of a migration. */
export const migrationTag = displayName(128);

/** Compatibility flag. Source: the names in cloudflare/workerd, `compatibility-date.capnp`. */
export const compatibilityFlag = shaped(
  128,
  /^[A-Za-z0-9_][A-Za-z0-9_:.-]*$/,
  'must be the name of a flag, such as "nodejs_compat"',
);

/** Cron expression: characters and length; its fields have a rule of their own. */
export const cron = shaped(250, /^[\x20-\x7e\t]+$/, 'must be a cron expression, such as "0 3 * * MON"');

/** A file or folder; where it may lead is the business of the jail. Length: PATH_MAX of Linux. */
export const filePath = shaped(
  4_096,
  new RegExp(`^[^${UNSEEN}]+$`, 'u'),
  'must be a path, without control characters',
);

/** An import specifier: a package, a path or a URL. */
export const specifier = filePath;

/** Glob of a module rule. Short: each is tried on every import. */
export const glob = shaped(
  256,
  new RegExp(`^[^${UNSEEN}]*[\\p{L}\\p{N}*_][^${UNSEEN}]*$`, 'u'),
  'must be a glob, such as "**/*.txt"',
);

/** Names of packages, `*` for any text. Length: npm's limit of 214. */
export const packagePattern = shaped(
  256,
  /^[A-Za-z0-9@*._~/-]*[A-Za-z0-9*][A-Za-z0-9@*._~/-]*$/,
  'must be the name of a package; "*" is any text',
);

/** Pattern of a route; what it may say has a rule of its own. Source: RFC 3986 has no spaces in a URL. */
export const routePattern = shaped(
  1_024,
  new RegExp(`^[^${UNSEEN}]+$`, 'u'),
  'must be host and path, such as "shop.example.com/*"',
);

/** A domain. Source: RFC 1035, 253 characters; letters of all alphabets, as zones may have them. */
export const hostname = shaped(
  253,
  /^(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.)*[\p{L}\p{N}-]{1,63}(?::\d{1,5})?$/u,
  'must be a host name, such as "example.com"',
);

/** A host or a pattern of hosts. */
export const hostPattern = shaped(
  253,
  /^[\p{L}\p{N}*_.:-]*[\p{L}\p{N}*][\p{L}\p{N}*_.:-]*$/u,
  'must be a host name',
);

/** Region for placement, such as `aws:us-east-1`. */
export const region = shaped(64, /^[A-Za-z0-9][A-Za-z0-9:_-]*$/, 'must be a region, such as "aws:us-east-1"');

/** Path of a URL. */
export const urlPath = shaped(
  2_048,
  new RegExp(`^/[^${UNSEEN}\\s]*$`, 'u'),
  'must begin with "/" and have no spaces',
);

/** Path of a URL, or one that is excepted (`!/api/*`). */
export const urlPathRule = shaped(
  1_024,
  new RegExp(`^!?/[^${UNSEEN}\\s]*$`, 'u'),
  'must begin with "/" or "!/" and have no spaces',
);

/** Name of an HTTP header. Source: RFC 9110, section 5.1. */
export const headerName = shaped(
  128,
  /^(?=.*[0-9A-Za-z])[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
  'must be the name of a header: letters, digits and dashes',
);

/** Value of an HTTP header: no line can be added through it. Source: RFC 9110, section 5.5. */
export const headerValue = z
  .string()
  .max(8_192, { abort: true })
  .regex(/^[\x20-\x7e\t]*$/, 'must be printable ASCII on one line');

/** An e-mail address, or a pattern of addresses. Length: RFC 5321, section 4.5.3.1. */
export const emailAddress = shaped(
  320,
  new RegExp(`^[^${UNSEEN}\\s@]+@[^${UNSEEN}\\s@]+$`, 'u'),
  'must be an e-mail address',
);

/** JavaScript name with dots, such as `React.createElement`, or a string literal. */
export const jsxName = shaped(
  255,
  /^(?:[\p{ID_Start}_$][\p{ID_Continue}$]*(?:\.[\p{ID_Start}_$][\p{ID_Continue}$]*)*|(["'])[\w$.-]*\1)$/u,
  'must be a JavaScript name, such as "React.createElement"',
);

/** `remote: true` makes `wrangler dev` use the real resource. A deploy does not look at it. */
export const remote = z.boolean().describe('Local development only.').optional();

/** Whole number within limits, both included. */
export function integer(min: number, max: number): z.ZodNumber {
  return z.number().int().min(min).max(max);
}

/** Share of requests, 0 to 1. */
export const samplingRate = z.number().min(0).max(1);

/** Entries a list may have: more than any Worker can (the API's metadata ends at 1 MB), few enough to compare. */
const LONGEST_LIST = 1_000;

/** A list. */
export function list<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item).max(LONGEST_LIST);
}

const UNSENDABLE = /(?![\t\n\r])\p{Cc}|[\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Characters of a text inside JSON. Variables have a limit of their own, 5 KB. */
const LONGEST_TEXT = 65_536;

/** Any JSON value whose texts and keys can be sent and seen: no half characters, no control characters but line ends. */
export const json = z
  .json()
  .refine(
    (value) => isSendable(value),
    'must not hold control characters, halves of characters or very long texts',
  );

/** Object with any JSON inside, passed on as it is. */
export const jsonObject = z
  .record(line(1_024), z.json())
  .refine(
    (value) => isSendable(value),
    'must not hold control characters, halves of characters or very long texts',
  );

/** Documents are at most 64 levels deep (`FILE_LIMITS`), so that recursion is safe here. */
function isSendable(value: z.core.util.JSONType): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT && !UNSENDABLE.test(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => isSendable(item));
  return Object.entries(value).every(([key, item]) => !UNSENDABLE.test(key) && isSendable(item));
}

/** A hexadecimal id of 32 digits, as Cloudflare gives accounts, zones and KV namespaces. */
export const HEX_ID = /^[0-9a-f]{32}$/i;

/** A UUID, as Cloudflare gives D1 databases and certificates. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Name of a Worker script: lower case, digits, dashes and underscores. Source: wrangler's own check. */
export const SCRIPT_NAME = /^[a-z0-9_][a-z0-9_-]*$/;

/** Id of an account: 32 hexadecimal digits. */
export const accountId = z.string().regex(HEX_ID, 'must be an account id: 32 hexadecimal digits');
