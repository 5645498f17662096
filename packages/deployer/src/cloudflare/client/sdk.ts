/** What is used of the SDK. A file of its own, so that the rest is left out of whatever bundles us. */
export { createClient } from 'cloudflare/tree-shakable';
