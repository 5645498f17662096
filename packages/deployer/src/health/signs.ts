import { ADDRESS_REFUSED } from '../security/public-address.ts';
import type { Measurement } from './probe.ts';

/**
 * What an answer shows that is not the Worker's own: nobody there yet (`spreading`), somebody before the Worker who does
 * not let the question through (`gate`), or Cloudflare's page in the place of a Worker that failed (`exception`).
 */
export interface Sign {
  readonly kind: 'spreading' | 'gate' | 'exception';
  readonly message: string;
  readonly hint: string | null;
  /** Asking again soon may give another answer. */
  readonly passing: boolean;
}

/** The page of a host that no Worker answers yet; it came with 200 and with 404. */
const NOT_THERE = /there is nothing here yet/i;

/** How Cloudflare writes its error numbers: in plain text, as the title or in an element of its pages. */
const ERROR_NUMBER =
  /^\s*error code: (\d{4})\b|<title>[^<]{0,60}\berror (\d{4})\b|cf-error-code">\s?(\d{4})\b|<title>[^<]{0,100}\b(1101|1102)\b/i;

/** Error numbers of a host or a script that is not there (yet): its name, its Worker, its origin. */
const NOT_YET_NUMBERS: readonly number[] = [1001, 1016, 1042, 1104];

/** Error numbers of a Worker that failed: threw, used too much, loops. Source: Workers documentation, "Errors". */
const EXCEPTION_NUMBERS: readonly number[] = [1019, 1021, 1022, 1024, 1101, 1102, 1103];

/** Error numbers of rules before the Worker: firewall, bans, limits. */
const GATE_NUMBERS: readonly number[] = [
  1003, 1005, 1006, 1007, 1008, 1009, 1010, 1012, 1015, 1020, 1025, 1027,
];

const CHALLENGE = /\/cdn-cgi\/challenge-platform\/|<title>just a moment/i;
const LOGIN = /\/(?:cdn-cgi\/access|log-?in|sign-?in|sso|oauth2?|saml|auth|authorize|account)(?:[/?#]|$)/i;

const HINTS = {
  gate: 'Let the check through: send what is wanted with healthCheck.headers, name an open route with healthCheck.path, or the status that is well with healthCheck.expectStatus.',
  redirect:
    'Name the final route with healthCheck.path, or the status that is well with healthCheck.expectStatus.',
  slow: 'Ask less often, or exempt the route: healthCheck.intervalMs, healthCheck.path.',
  spreading:
    'Ask "cf-deploy status" again in a minute; healthCheck.attempts and healthCheck.deadlineMs say how long to wait.',
} as const;

/** Reads the signs of an answer; null when it is one of the Worker's own. */
export function signOf(measurement: Measurement, url: string, expectStatus: readonly number[]): Sign | null {
  if (measurement.error !== null) return errorSign(measurement.error, measurement.errorCode);
  const status = measurement.status ?? 0;
  const { headers, text } = measurement;
  if (headers['cf-mitigated'] === 'challenge' || ([403, 503].includes(status) && CHALLENGE.test(text))) {
    return gate('a challenge page of Cloudflare answers in place of the Worker');
  }
  const number = errorNumber(measurement);
  if (isNotThere(measurement, number)) {
    return spreading(`the host answers, but no Worker is there yet (HTTP ${status}${named(number)})`);
  }
  if (number !== null && EXCEPTION_NUMBERS.includes(number)) {
    return {
      kind: 'exception',
      message: `the Worker failed (HTTP ${status}${named(number)})`,
      hint: null,
      passing: true,
    };
  }
  if (number !== null && GATE_NUMBERS.includes(number)) {
    return gate(
      `a rule before the Worker refuses the check (HTTP ${status}${named(number)})`,
      number === 1015,
    );
  }
  return expectStatus.includes(status) ? null : statusSign(measurement, status, url);
}

function isNotThere({ status, headers, text }: Measurement, number: number | null): boolean {
  if (NOT_THERE.test(text.slice(0, 8192)) && (status === 200 || status === 404)) return true;
  if (number !== null && NOT_YET_NUMBERS.includes(number)) return true;
  return status === 404 && headers['x-preview-user-error'] !== undefined;
}

function statusSign({ headers }: Measurement, status: number, url: string): Sign | null {
  if (status === 429) {
    return { ...gate('a limit on requests answers (HTTP 429)', true), hint: HINTS.slow };
  }
  if (status === 401 || status === 407) return gate(`the check is not allowed to ask (HTTP ${status})`);
  if (status >= 300 && status < 400) return redirectSign(headers['location'], status, url);
  return null;
}

function redirectSign(location: string | undefined, status: number, url: string): Sign {
  const target = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : null;
  const toLogin = target !== null && LOGIN.test(target.pathname);
  if (toLogin) return gate(`a login stands before the Worker (HTTP ${status})`);
  if (target !== null && target.host !== new URL(url).host) {
    return gate(`the answer is a redirect to another host (HTTP ${status}), which is not followed`);
  }
  return {
    ...gate(`the answer is a redirect (HTTP ${status}), which is not followed`),
    hint: HINTS.redirect,
  };
}

/** Cloudflare's error number on its own pages; null when it is none of them. */
export function errorNumber({ status, text, headers }: Measurement): number | null {
  if ((status ?? 0) < 400 || /json/i.test(headers['content-type'] ?? '')) return null;
  const found = ERROR_NUMBER.exec(text.slice(0, 8192));
  const digits = found?.slice(1).find((group) => group !== undefined);
  return digits === undefined ? null : Number(digits);
}

/** Codes of a name that no server knows (yet). */
const NAME_CODES = /^(?:ENOTFOUND|EAI_AGAIN|EAI_NODATA|ENODATA)$|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)/;

/** Codes of a host whose certificate is not there yet: alerts of the handshake, or a certificate for other names. */
const TLS_CODES =
  /^(?:EPROTO|ERR_SSL_|ERR_TLS_CERT_ALTNAME_INVALID|ERR_TLS_HANDSHAKE_TIMEOUT)|handshake failure/;

function errorSign(error: string, code: string | null): Sign {
  const said = code === null ? [error] : [code, error];
  if (code === ADDRESS_REFUSED) {
    return { ...gate(error), hint: 'Allow the address itself in cf-deploy.config.ts: healthHosts.' };
  }
  if (said.some((text) => NAME_CODES.test(text))) {
    return spreading(`the name of the host is not known yet (${error})`);
  }
  if (said.some((text) => TLS_CODES.test(text))) {
    return spreading(`the host has no certificate yet (${said.join(' ')})`);
  }
  return { kind: 'gate', message: `no answer: ${error}`, hint: null, passing: true };
}

function spreading(message: string): Sign {
  return { kind: 'spreading', message, hint: HINTS.spreading, passing: true };
}

function gate(message: string, passing = false): Sign {
  return { kind: 'gate', message, hint: HINTS.gate, passing };
}

function named(number: number | null): string {
  return number === null ? '' : `, error ${number}`;
}
