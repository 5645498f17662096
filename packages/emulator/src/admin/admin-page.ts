import type { Admin } from './admin.ts';
import type { JournalEntry } from '../request-journal.ts';
import type { AccountDocument } from '../store/model/accounts.ts';
import type { ScriptDocument } from '../store/model/scripts.ts';

const RECENT_REQUESTS = 50;
const MAX_WORKERS = 200;

/** The local page: accounts, Workers, versions, traffic, recent requests. */
export function renderPage(admin: Admin): string {
  const accounts = admin.accounts();
  const requests = admin.journal.requests().slice(-RECENT_REQUESTS).toReversed();
  const sections = accounts.map((account) => renderAccount(account, admin.scripts(account.id)));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Embedded Cloudflare</title>
<meta http-equiv="refresh" content="5">
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; max-width: 70rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd }
code { font-size: 12px } .bad { color: #b00 } h2 { margin-top: 2rem }
</style></head><body>
<h1>Embedded Cloudflare</h1>
<p>Nothing here leaves this machine. ${accounts.length} account(s).</p>
${sections.join('\n') || '<p>No account yet.</p>'}
<h2>Recent requests</h2>
<table><tr><th>Time</th><th>Request</th><th>Status</th><th>Client</th><th>ms</th></tr>
${requests.map(renderRequest).join('\n')}
</table></body></html>
`;
}

function renderAccount(account: AccountDocument, scripts: ScriptDocument[]): string {
  const rows = scripts.slice(0, MAX_WORKERS).map((script) => renderScript(account, script));
  const more = scripts.length > MAX_WORKERS ? `<p>and ${scripts.length - MAX_WORKERS} more</p>` : '';
  return `<h2>${escape(account.name)} <code>${escape(account.id)}</code></h2>
<table><tr><th>Worker</th><th>Versions</th><th>Traffic</th><th>Last change</th></tr>
${rows.join('\n') || '<tr><td colspan="4">No Workers.</td></tr>'}
</table>${more}`;
}

function renderScript(account: AccountDocument, script: ScriptDocument): string {
  const host = `${script.name}.${account.subdomain ?? ''}.workers.dev`;
  const name = script.subdomain.enabled
    ? `${escape(script.name)} <code>${escape(host)}</code>`
    : escape(script.name);
  const traffic = (script.deployments[0]?.versions ?? [])
    .map(({ versionId, percentage }) => `<code>${escape(versionId.slice(0, 8))}</code> ${percentage}%`)
    .join(', ');
  const author = script.deployments[0]?.author.email ?? '';
  return `<tr><td>${name}</td><td>${script.versions.length}</td><td>${traffic || 'not deployed'}</td><td>${escape(
    script.modifiedOn,
  )} ${escape(author)}</td></tr>`;
}

function renderRequest(entry: JournalEntry): string {
  const bad = entry.status === null || entry.status >= 400 ? ' class="bad"' : '';
  const codes = entry.codes.length > 0 ? ` (${entry.codes.join(', ')})` : '';
  const fault = entry.fault === null ? '' : ` [${escape(entry.fault)}]`;
  return `<tr${bad}><td>${escape(entry.at)}</td><td><code>${escape(entry.method)} ${escape(entry.path)}</code></td><td>${
    entry.status ?? 'lost'
  }${codes}${fault}</td><td>${escape(entry.client)}</td><td>${entry.durationMs ?? ''}</td></tr>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
