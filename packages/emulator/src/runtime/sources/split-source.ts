import { OVERRIDES_HEADER } from '../routing/traffic.ts';

/** One version behind a {@link splitSource}. */
export interface SplitShare {
  versionId: string;
  percentage: number;
}

/**
 * Source of the Worker that stands for a script with several live versions, for those that bind it: each request and each
 * RPC call goes to one version by share; a `fetch` obeys version overrides (docs, "Version overrides"). Its bindings are
 * named `<version id>|<entrypoint>`.
 * @param entrypoints Named exports others may bind, besides the default one.
 */
export function splitSource(
  scriptName: string,
  shares: readonly SplitShare[],
  entrypoints: readonly string[],
): string {
  return `
import { WorkerEntrypoint } from 'cloudflare:workers';
const shares = ${JSON.stringify(shares)};
const byShare = () => {
  let left = Math.random() * shares.reduce((sum, { percentage }) => sum + percentage, 0);
  return shares.find(({ percentage }) => (left -= percentage) < 0) ?? shares[0];
};
const overridden = (header) => shares.find(({ versionId }) => header?.includes(${JSON.stringify(`${scriptName}="`)} + versionId + '"'));
const standFor = (entrypoint) => class extends WorkerEntrypoint {
  constructor(ctx, env) {
    super(ctx, env);
    return new Proxy(this, {
      get: (target, name) => Reflect.has(target, name) ? Reflect.get(target, name) : env[byShare().versionId + '|' + entrypoint][name],
    });
  }
  fetch(request) {
    const share = overridden(request.headers.get('${OVERRIDES_HEADER}')) ?? byShare();
    return this.env[share.versionId + '|' + entrypoint].fetch(request);
  }
};
export default standFor('');
${entrypoints.map((name) => `const ${name}_ = standFor(${JSON.stringify(name)});\nexport { ${name}_ as ${name} };`).join('\n')}
`;
}
