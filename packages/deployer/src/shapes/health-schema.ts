import { z } from 'zod';
import { integer, jsonObject, line, secretName, shaped } from './primitives.ts';

/** An HTTP token. Source: RFC 9110, 5.6.2. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}";

/** Headers that say where a request goes, how it is framed, or who sent it; these are not the tenant's to write. */
const FORBIDDEN_HEADER =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|forwarded|via|x-forwarded-.*|x-real-ip|true-client-ip|proxy-.*|cloudflare-workers-.*|cf-(?!access-).*)$/i;

const MOST_HEADERS = 20;

const headerName = z
  .string()
  .regex(new RegExp(`^${TOKEN}$`), 'must be named by letters, digits and dashes, at most 100 characters')
  .refine((name) => !FORBIDDEN_HEADER.test(name), 'must not be a header that steers the connection');

const headerValue = z
  .string()
  .max(4096, 'must not be longer than 4096 characters')
  .regex(/^[\t\x20-\x7e\xa0-\xff]*$/, 'must be printable characters on one line');

const healthUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2048, 'must not be longer than 2048 characters')
  .regex(
    /^[A-Za-z]+:\/\/[!-.0->A-[\]-~\u00A1-\uFFFF]+(?:[/?#][!-[\]-~\u00A1-\uFFFF]*)?$/,
    'must have no user name, password, space or backslash',
  )
  .describe('Instead of the Worker’s own URL. Another host must be among the project’s healthHosts.');

/** How to tell that a deployed version is well; `false` for a Worker without an HTTP route. */
export const healthCheckSchema = z.union([
  z.literal(false),
  z.strictObject({
    path: z
      .string()
      .max(2048, 'must not be longer than 2048 characters')
      .regex(
        /^\/(?![/\\])[!"$-[\]-~\u00A1-\uFFFF]*$/,
        'must begin with one "/" and have no space, backslash or "#"',
      )
      .describe('Default: "/health".')
      .optional(),
    url: healthUrl.optional(),
    expectStatus: z.array(integer(100, 599)).min(1).max(50).describe('Default: [200].').optional(),
    expectJson: jsonObject.describe('Dotted path in the JSON answer → value it must have.').optional(),
    versionFrom: line(300)
      .regex(
        new RegExp(`^(?:header:[ ]?${TOKEN}|(?!header:)[!-~\\u00A1-\\uFFFF]{1,200})$`),
        'must be a dotted JSON path or "header:<name>"',
      )
      .describe('Where the answer tells its version id: a dotted JSON path, or "header:<name>".')
      .optional(),
    headers: z
      .record(
        headerName,
        z.union([
          headerValue,
          z
            .strictObject({
              secret: secretName.describe('Secret of the tenant whose value is sent.'),
              prefix: shaped(
                64,
                /^[A-Za-z][A-Za-z0-9_-]*[ =:]?$/,
                'must be the word before a credential, such as "Bearer "',
              )
                .describe('Before it, such as "Bearer ".')
                .optional(),
            })
            .describe('A value that is in no file: it comes from where the secrets of the tenant come from.'),
        ]),
      )
      .refine(
        (headers) => Object.keys(headers).length <= MOST_HEADERS,
        `must not have more than ${MOST_HEADERS} headers`,
      )
      .optional(),
    timeoutMs: integer(1, 120_000).describe('Of one attempt. Default: 10000.').optional(),
    attempts: integer(1, 100).describe('Answers that are not good before giving up. Default: 10.').optional(),
    successes: integer(1, 20)
      .describe('Good answers of the new version in a row that prove it. Default: 3.')
      .optional(),
    intervalMs: integer(0, 120_000)
      .describe('After an answer that is not good; longer while a version spreads. Default: 1000.')
      .optional(),
    deadlineMs: integer(1, 900_000).describe('Of the whole check. Default: 120000.').optional(),
  }),
]);
