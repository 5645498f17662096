/** What a script may use of the command line: itself, and the embedded Cloudflare it rehearses on. */
export { run } from './program.ts';
export { EXIT, type ExitCode } from './exit-codes.ts';
export { openLocal, type LocalCloudflare, type LocalOptions } from './local.ts';
export type { JsonDocument, JsonError } from './output/json.ts';
export type { Output, World } from './world.ts';
