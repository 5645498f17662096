/** Headers whose values are credentials. */
const CREDENTIAL = /authorization|cookie|key|token|secret|password|passwd|signature|credential/i;

/** Shortest value worth hiding: replacing `1` or `on` everywhere would only garble the text. */
const SHORTEST = 6;

/**
 * A redactor that also hides the credentials among a check's headers, because a Worker may answer with what it was sent.
 *
 * @param headers of the health check
 * @param redact hides every other secret
 */
export function hideHeaders(
  headers: Readonly<Record<string, string>>,
  redact: (text: string) => string,
): (text: string) => string {
  const values = Object.entries(headers)
    .filter(([name]) => CREDENTIAL.test(name))
    .flatMap(([, value]) => [value, ...value.split(/[\s=;,]+/)])
    .filter((value) => value.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => redact(values.reduce((clean, value) => clean.replaceAll(value, '***'), text));
}
