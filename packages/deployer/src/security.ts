/** What a program around the library needs to keep secrets out of its own output and children. Light to load. */
export { environmentSecrets } from './credentials/known-secrets.ts';
export { isNeeded } from './security/child-environment.ts';
export { createRedactor, type Redactor } from './security/redact.ts';
export { ACTING_CHARACTERS, ACTING_MARKS, safeJson } from './security/safe-json.ts';
export { Secret } from './security/secret.ts';
