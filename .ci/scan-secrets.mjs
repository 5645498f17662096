// Looks for secrets in the files that git tracks and, with --history, in every line a commit ever added. Prints places,
// never what was found; exit status 1 when there is something.
// Run: node .ci/scan-secrets.mjs [--history] [folder]
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

/** Forms that nothing but a secret has. */
const FORMS = [
  { name: 'private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/=]{20}/ },
  { name: 'private key', pattern: /^-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----$/ },
  { name: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/ },
  { name: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { name: 'AWS key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { name: 'Slack token', pattern: /\bxox[abprs]-[0-9A-Za-z-]{20,}/ },
  { name: 'Google key', pattern: /\bAIza[0-9A-Za-z_-]{35}\b/ },
  { name: 'Cloudflare token', pattern: /\bcf(?:at|ut|k)_[A-Za-z0-9]{40,}/ },
  {
    name: 'Cloudflare token',
    pattern: /CLOUDFLARE_API_(?:TOKEN|KEY)\w*["']?\s*[:=]\s*["']?[A-Za-z0-9_-]{37,45}(?![A-Za-z0-9_-])/,
  },
];

/** On the line of a value that only looks like a secret, with why it is none. */
const NOT_A_SECRET = /not-a-secret:/;

const { values: flags, positionals } = parseArgs({
  options: { history: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = positionals[0] ?? '.';
const found = new Set([...inFiles(), ...(flags.history ? await inHistory() : [])]);
for (const place of found) console.log(place);
console.log(found.size === 0 ? 'No secret found.' : `${found.size} places hold what looks like a secret.`);
process.exitCode = found.size === 0 ? 0 : 1;

function secretsIn(line) {
  return NOT_A_SECRET.test(line)
    ? []
    : FORMS.filter(({ pattern }) => pattern.test(line)).map(({ name }) => name);
}

function inFiles() {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: folder, encoding: 'utf8' }).split('\0');
  return files.filter(Boolean).flatMap((file) =>
    readText(join(folder, file))
      .split('\n')
      .flatMap((line, index) => secretsIn(line).map((name) => `${file}:${index + 1}: ${name}`)),
  );
}

/** Empty for what is gone from the working tree, or is no file. */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function inHistory() {
  const args = ['log', '--all', '--unified=0', '--no-color', '--format=commit %h', '--patch'];
  const git = spawn('git', args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const places = [];
  let commit = '';
  let file = '';
  for await (const line of createInterface({ input: git.stdout })) {
    if (line.startsWith('commit ')) commit = line.slice(7);
    else if (line.startsWith('+++ ')) file = line.replace(/^\+\+\+ (?:b\/)?/, '');
    else if (line.startsWith('+')) {
      for (const name of secretsIn(line.slice(1))) places.push(`${commit} ${file}: ${name}`);
    }
  }
  if (git.exitCode !== null && git.exitCode !== 0) throw new Error(`git log ended with ${git.exitCode}`);
  return places;
}
