import type { Json } from '../json.ts';

/**
 * Forms that only credentials have. Source: the token formats the providers document. Tried on any text, so none may
 * take more than linear time: what repeats before something else must be bounded, or begin where it cannot begin again.
 */
const SECRET_FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:sk|rk|pk)[-_](?:live|test|proj|ant)[-_][A-Za-z0-9_-]{8,}/,
  /\bsk-[A-Za-z0-9]{20,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\bAIza[0-9A-Za-z_-]{30,}/,
  /\beyJ[A-Za-z0-9_-]{10,512}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/,
  /\b[a-z][a-z0-9+.-]{0,31}:\/\/[^\s:/@]+:[^\s@/]{3,}@/i,
];

const SECRET_NAME =
  /(?:^|_)(?:SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY|ACCESS_KEY|AUTH_TOKEN|API_?TOKEN|TOKEN)S?$/i;

/** True when a value has the form of a credential, whatever it is called. */
export function looksSecret(value: string): boolean {
  return SECRET_FORMS.some((form) => form.test(value));
}

/**
 * True when a variable looks like a secret: by the form of its value, or by a name such as `API_KEY` with a value long
 * enough to be one.
 */
export function looksLikeSecretVariable(name: string, value: Json | undefined): boolean {
  if (typeof value !== 'string') return false;
  if (looksSecret(value)) return true;
  return SECRET_NAME.test(name) && value.length >= 16 && !/\s/.test(value);
}

/**
 * A line of a configuration file with every value that looks like a secret replaced by stars. A value whose closing
 * quote is missing, as in a line that was cut, reaches to the end of the line.
 */
export function maskSecrets(line: string): string {
  const named = line.replace(
    // Each name and each value has one reading only: a name begins where none can go on, and a backslash takes the next
    // character with it.
    /(["']?)(?<![\w-])([\w-]+)\1(\s*[:=]\s*)(["'])((?:\\.|(?!\4)[^\\])*)(\4|\\?$)/g,
    (
      whole: string,
      quote: string,
      name: string,
      between: string,
      mark: string,
      value: string,
      end: string,
    ) => (looksLikeSecretVariable(name, value) ? `${quote}${name}${quote}${between}${mark}***${end}` : whole),
  );
  return SECRET_FORMS.reduce((text, form) => text.replace(form, '***'), named);
}
