/** What Node says of a certificate it does not trust. Source: OpenSSL's verification errors, `tls` of Node. */
const FAULTS =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+|ERR_TLS_CERT_[A-Z_]+|INVALID_CA|HOSTNAME_MISMATCH)$/;

/** The code of an untrusted certificate in the chain of an error; null when it is about something else. */
export function certificateFault(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && FAULTS.test(cause.code)) return cause.code;
  }
  return null;
}
