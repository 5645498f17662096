import { ApiError, CredentialsError, type DeployError } from '../../errors.ts';
import type { ErrorCode } from '../../error-codes.ts';

/** One failed call, as facts. */
export interface FailedCall {
  /** What the call was for: `list routes of zone example.com`. */
  readonly purpose: string;
  readonly method: string;
  readonly path: string;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly errors: readonly ApiFault[];
  /** Text of an answer that is not the API's envelope, or what the network said. */
  readonly text: string | null;
  readonly ray: string | null;
  /** Code of a certificate that is not trusted; nothing was sent then. */
  readonly certificate?: string | null;
  /** A firewall page, not the API (`cf-mitigated: challenge`). */
  readonly challenged: boolean;
  /** Meanings of numbers at this endpoint; the same number means other things elsewhere. */
  readonly codes: Readonly<Record<number, ErrorCode>>;
  /** How the API was reached, where not straight at Cloudflare. @default straight */
  readonly way?: string | null;
  /** Hides secrets; applied to what the API or the network said before anything is cut off. */
  readonly clean?: ((text: string) => string) | undefined;
}

/** One entry of `errors`, chained causes flattened behind it. */
export interface ApiFault {
  readonly code: number;
  readonly message: string;
}

/** The token itself is wrong, expired or malformed. Source: error tables of the API. */
const INVALID_TOKEN = new Set([1000, 6003, 6111, 9103, 9106]);
/** The token is good but may not do this here. */
const FORBIDDEN = new Set([9109, 10000, 10023, 10405]);
const RATE_LIMITED = new Set([971, 10429]);
const INVALID_UPLOAD = 10021;
/** A rollback while secrets changed since. */
const SECRETS_CHANGED = 10220;

/**
 * After a rollback the newest version is the bad one, so deploying whatever is newest would put it back.
 * Source: 10214, 10215, and 10220 on a write of secrets.
 */
const NEWEST_NOT_LIVE =
  'The newest version is not the live one, as after a rollback, and Cloudflare adds a secret or a setting to the newest. Do not deploy the newest files to get around it: check out the commit of the live version ("cf-deploy versions" shows it) or a fix, run `cf-deploy deploy --force` from there, then repeat.';

const CHECKED_BY_STARTING =
  'Cloudflare checks an upload by starting it. Run `cf-deploy validate` for the same tenant: it starts the code here and names the source line.';

/** What to do about single numbers that mean the same at every endpoint we call. */
const HINTS_BY_NUMBER: Readonly<Record<number, string>> = {
  10214: NEWEST_NOT_LIVE,
  10215: NEWEST_NOT_LIVE,
};

/** Turns a failed call into the error a person can act on. */
export function toDeployError(call: FailedCall): DeployError {
  const details = {
    purpose: call.purpose,
    method: call.method,
    path: call.path,
    ...(call.ray === null ? {} : { ray: call.ray }),
  };
  const apiCodes = call.errors.map(({ code }) => code);
  const message = describe(call);
  const credentials = credentialsCode(call);
  if (credentials !== null) {
    return new CredentialsError(credentials, message, {
      hint: CREDENTIALS_HINTS[credentials],
      details: { ...details, status: call.status, apiCodes },
    });
  }
  const code = errorCode(call);
  const hint = hintOf(code, call);
  return new ApiError(code, message, {
    status: call.status,
    apiCodes,
    details,
    ...(hint === null ? {} : { hint }),
  });
}

/**
 * Whether a failed write may have taken effect all the same: no answer, trouble behind the API, or an answer that says
 * "fine" in a form we do not understand.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { status, apiCodes, code } = error;
  if (code === 'CERTIFICATE_UNTRUSTED') return false;
  return status === null || status >= 500 || (status < 400 && apiCodes.length === 0);
}

/** Whether the error is the API's answer with one of these numbers. */
export function hasApiCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof ApiError && error.apiCodes.some((code) => codes.includes(code));
}

const CREDENTIALS_HINTS = {
  CREDENTIALS_INVALID: 'Check the API token: wrong, expired, disabled, or copied incompletely.',
  PERMISSION_DENIED:
    'Check that the token covers this account and has the permission (Workers Scripts Write; zone Workers Routes for routes), and any address filter it has.',
} as const;

function credentialsCode(call: FailedCall): 'CREDENTIALS_INVALID' | 'PERMISSION_DENIED' | null {
  const codes = call.errors.map(({ code }) => code);
  if (codes.some((code) => call.codes[code] !== undefined)) return null;
  if (codes.some((code) => INVALID_TOKEN.has(code)) && call.status !== null && call.status < 500) {
    return 'CREDENTIALS_INVALID';
  }
  // A page is not the API's answer: a proxy or a firewall on the way says no in its own words.
  if (call.errors.length === 0) return null;
  if (call.status === 401) return 'CREDENTIALS_INVALID';
  if (call.errors.some(({ code, message }) => code === 9109 && /invalid access token/i.test(message))) {
    return 'CREDENTIALS_INVALID';
  }
  if (codes.some((code) => FORBIDDEN.has(code))) return 'PERMISSION_DENIED';
  return call.status === 403 ? 'PERMISSION_DENIED' : null;
}

function errorCode(call: FailedCall): ErrorCode {
  if (isUntrusted(call)) return 'CERTIFICATE_UNTRUSTED';
  if (call.errors.some((fault) => isStartFailure(call, fault))) return 'STARTUP_FAILED';
  for (const { code } of call.errors) {
    const meaning = call.codes[code];
    if (meaning !== undefined) return meaning;
  }
  if (call.status === 429 || call.errors.some(({ code }) => RATE_LIMITED.has(code))) return 'RATE_LIMITED';
  if (call.status === null || call.status >= 500 || call.challenged) return 'API_UNREACHABLE';
  return call.errors.length === 0 ? 'API_UNREACHABLE' : 'API_REFUSED';
}

/** 10021 covers every kind of invalid upload; only its text tells that the script threw or took too long. */
function isStartFailure(call: FailedCall, { code, message }: ApiFault): boolean {
  return isUpload(call) && code === INVALID_UPLOAD && /uncaught|start-?up|cpu/i.test(message);
}

function isUpload({ codes }: FailedCall): boolean {
  return Object.values(codes).includes('STARTUP_FAILED');
}

function describe(call: FailedCall): string {
  const clean = call.clean ?? ((text: string): string => text);
  const said = clean(call.errors.map(({ code, message }) => `[${code}] ${message}`).join('; ')).slice(
    0,
    2_000,
  );
  if (isUntrusted(call)) {
    return `Could not ${call.purpose}: the certificate shown is not trusted (${call.certificate ?? ''}).`;
  }
  const status = call.status === null ? 'no answer' : `HTTP ${call.status}`;
  const text = call.text === null ? '' : textOf(clean(call.text));
  const what = said === '' ? text : said;
  return `Could not ${call.purpose} (${status})${what === '' ? '' : `: ${what}`}`;
}

/** The beginning of an answer that is not the API's; of a web page its title, which is all it says to people. */
function textOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (!isPage(text)) return line.slice(0, 200);
  const [, title = ''] = /<title[^>]{0,200}>([^<]{0,1000})/i.exec(line.slice(0, PAGE_READ)) ?? [];
  return `a web page answered, not the API${title.trim() === '' ? '' : ` ("${title.trim().slice(0, 100)}")`}`;
}

/** Characters of a page that its title is looked for in. */
const PAGE_READ = 20_000;

function isPage(text: string | null): boolean {
  return text !== null && /^\s{0,100}<(?:!doctype html|html|head|body)\b/i.test(text);
}

function isUntrusted({ certificate }: FailedCall): boolean {
  return (certificate ?? null) !== null;
}

function hintByNumber(call: FailedCall, { code, message }: ApiFault): string | undefined {
  if (code === INVALID_UPLOAD && isUpload(call)) return CHECKED_BY_STARTING;
  // The number is also that of a rollback over changed secrets; only the text tells.
  if (code === SECRETS_CHANGED && /version upload/i.test(message)) return NEWEST_NOT_LIVE;
  return HINTS_BY_NUMBER[code];
}

/** Whether what answered is most likely not the API: it says no in other words, or shows a page where nothing broke. */
function isFromElsewhere({ status, text }: FailedCall): boolean {
  if (status === null) return false;
  return [401, 403, 407].includes(status) || (status < 500 && isPage(text));
}

function hintOf(code: ErrorCode, call: FailedCall): string | null {
  if (call.challenged) {
    return `A firewall answered instead of the API${call.ray === null ? '' : ` (ray ${call.ray})`}; try from another network.`;
  }
  if (isUntrusted(call)) {
    return 'If a company inspects this connection, give its certificate authority: NODE_EXTRA_CA_CERTS=<file.pem> before the command. Never switch the check off: the token would go to whoever answers.';
  }
  if (call.errors.length === 0 && isFromElsewhere(call)) {
    return 'Something on the way to Cloudflare answered instead of the API, such as a proxy or a firewall: check HTTPS_PROXY, NO_PROXY and CLOUDFLARE_API_BASE_URL, or ask who runs it.';
  }
  if (call.status !== null && call.status >= 300 && call.status < 400) {
    return 'Check the API base URL (CLOUDFLARE_API_BASE_URL): the API itself does not redirect, and a redirect is not followed.';
  }
  const known = call.errors.map((fault) => hintByNumber(call, fault)).find((hint) => hint !== undefined);
  if (known !== undefined) return known;
  switch (code) {
    case 'RATE_LIMITED':
      return 'Wait five minutes, lower --parallel, or give tenants their own tokens.';
    case 'API_UNREACHABLE':
      // An error of the API's own came from it, whatever the way.
      return unreachableHint(call.errors.length === 0 ? (call.way ?? null) : null);
    case 'RESOURCE_MISSING':
      return 'Create the resource in this account, or correct its id or name in the wrangler file.';
    case 'STARTUP_FAILED':
      return 'The script fails while it starts. cf-deploy validate, or deploy --check-startup, starts it here and names the line of the source.';
    case 'ROLLBACK_IMPOSSIBLE':
      return call.errors.some(({ code: number }) => number === SECRETS_CHANGED)
        ? 'Repeat with --force: the version then runs with the secrets it was uploaded with.'
        : 'Deploy the commit of that version again instead.';
    case 'CONFLICT':
      return 'Look at who changed it, then run the command again.';
    default:
      return null;
  }
}

/** Cloudflare's own trouble is looked for last where something else is asked first. */
function unreachableHint(way: string | null): string {
  return way === null
    ? 'Try again; see https://www.cloudflarestatus.com if it lasts.'
    : `The API is asked ${way}: check that this answers (CLOUDFLARE_API_BASE_URL, HTTPS_PROXY, NO_PROXY), then try again.`;
}
