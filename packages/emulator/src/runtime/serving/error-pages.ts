/** Failures Cloudflare itself answers with a page, by its error number where it has one. */
const PAGES = {
  /** The Worker threw an exception that nothing caught. */
  threw: {
    status: 500,
    code: 1101,
    title: 'Worker threw exception',
    text: 'The Worker threw a JavaScript exception.',
  },
  /** workers.dev name without a Worker. */
  'nothing-here': {
    status: 404,
    code: null,
    title: 'There is nothing here yet',
    text: 'If you expect something to be here, it may take some time. Please check back again later.',
  },
  /** A Worker fetched a Worker of its own account by its workers.dev name. */
  'same-account': {
    status: 404,
    code: 1042,
    title: 'Worker tried to fetch from another Worker on the same zone',
    text: 'Use a service binding instead.',
  },
  /** No Worker takes the URL and the zone has no origin here. */
  'no-origin': {
    status: 530,
    code: 1016,
    title: 'Origin DNS error',
    text: 'No Worker is on this URL, and the embedded Cloudflare has no origin servers to ask.',
  },
} as const;

/** Names of the pages {@link errorPage} makes. */
export type ErrorPageName = keyof typeof PAGES;

/**
 * A response in the place of a Worker's.
 * @param ray Request id, shown on the page and as `cf-ray`.
 */
export function errorPage(name: ErrorPageName, host: string, ray: string): Response {
  const { status, code, title, text } = PAGES[name];
  const heading = code === null ? title : `Error ${code}: ${title}`;
  const body = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${heading} | ${escapeHtml(host)} | Cloudflare</title></head>
<body>
<h1>${heading}</h1>
<p>${text}</p>
<p>Host: ${escapeHtml(host)} &bull; Ray ID: ${escapeHtml(ray)}</p>
</body>
</html>
`;
  return new Response(body, {
    status,
    headers: {
      'content-type': 'text/html; charset=UTF-8',
      'cache-control': 'no-store',
      'cf-ray': ray,
      server: 'cloudflare',
    },
  });
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
