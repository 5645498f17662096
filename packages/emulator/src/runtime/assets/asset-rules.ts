/** Rules of a `_headers` file, in the form of Cloudflare's asset Worker. */
export interface HeaderRules {
  version: 2;
  rules: Record<string, { set?: Record<string, string>; unset?: string[] }>;
}

/** Rules of a `_redirects` file, in the same form. Those without wildcards and placeholders are looked up at once. */
export interface RedirectRules {
  version: 1;
  staticRules: Record<string, { status: number; to: string; lineNumber: number }>;
  rules: Record<string, { status: number; to: string }>;
}

/** Reads a `_headers` file: a path line, then indented `Name: value` or `! Name` lines. Source: docs, "Headers". */
export function headerRules(text: string): HeaderRules {
  const rules: HeaderRules['rules'] = {};
  let current: { set?: Record<string, string>; unset?: string[] } | undefined;
  for (const line of meaningfulLines(text)) {
    const removed = /^!\s*(\S+)$/.exec(line);
    const header = /^([^\s:/][^\s:]*):\s*(.+)$/.exec(line);
    if (/^(?:\/|https?:\/\/)/.test(line)) {
      current = rules[line] ??= {};
    } else if (removed?.[1] !== undefined && current !== undefined) {
      current.unset = [...(current.unset ?? []), removed[1]];
    } else if (header?.[1] !== undefined && header[2] !== undefined && current !== undefined) {
      const name = header[1].toLowerCase();
      const before = current.set?.[name];
      current.set = { ...current.set, [name]: before === undefined ? header[2] : `${before}, ${header[2]}` };
    }
  }
  return { version: 2, rules };
}

/** Reads a `_redirects` file: `from to [status]` lines, 302 without status. Source: docs, "Redirects". */
export function redirectRules(text: string): RedirectRules {
  const redirects: RedirectRules = { version: 1, staticRules: {}, rules: {} };
  for (const [at, raw] of text.split('\n').entries()) {
    const [from, to, status = '302'] = raw
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (from === undefined || to === undefined || from === '') continue;
    const rule = { status: Number(status), to };
    if (/\*|:[A-Za-z]/.test(from)) redirects.rules[from] ??= rule;
    else redirects.staticRules[from] ??= { ...rule, lineNumber: at + 1 };
  }
  return redirects;
}

function meaningfulLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
