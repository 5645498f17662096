/** Why a field is refused, and what to do instead. */
export interface UnsupportedField {
  readonly why: string;
  readonly hint: string;
  /** wrangler warns of it and drops it, as it does with any name it does not know. Leniency does the same. */
  readonly dropped?: true;
}

/**
 * Fields of the wrangler format that are refused by name, rather than ignored: with them the deployed Worker would not
 * be what the file says.
 */
export const UNSUPPORTED_FIELDS: Readonly<Record<string, UnsupportedField>> = {
  site: {
    why: 'Workers Sites is not supported; Cloudflare replaced it with static assets.',
    hint: 'Use `assets` with `directory` set to the bucket folder.',
  },
  pages_build_output_dir: {
    why: 'Pages projects are not supported: this tool deploys Workers.',
    hint: 'Move the project to a Worker with `assets`, or deploy it with `wrangler pages deploy`.',
  },
  containers: {
    why: 'containers are not supported: their images have to be built and pushed with Docker.',
    hint: 'Deploy this Worker with wrangler.',
  },
  cloudchamber: {
    why: 'Cloudchamber is not supported.',
    hint: 'Deploy this Worker with wrangler.',
  },
  python_modules: {
    why: 'Python Workers are not supported.',
    hint: 'Deploy this Worker with wrangler.',
  },
  first_party_worker: {
    why: 'first-party Workers are internal to Cloudflare.',
    hint: 'Remove the field.',
  },
  connect: {
    why: 'inbound TCP (`connect`) is not supported.',
    hint: 'Deploy this Worker with wrangler.',
  },
  addresses: {
    why: 'rules of Email Routing are not made by this tool.',
    hint: 'Route the addresses to the Worker in the dashboard, or deploy it with wrangler.',
  },
  legacy_env: {
    why: 'service environments were removed by Cloudflare; every environment is a Worker of its own.',
    hint: 'Remove the field.',
  },
  type: {
    why: 'it belongs to wrangler 1, whose project types are gone.',
    hint: 'Remove the field and name the entry file with `main`.',
    dropped: true,
  },
  webpack_config: {
    why: 'it belongs to wrangler 1; Workers are bundled with esbuild.',
    hint: 'Remove the field, or run your own bundler with `build.command`.',
    dropped: true,
  },
  node_compat: {
    why: 'the old Node.js polyfills are gone.',
    hint: 'Remove it and add "nodejs_compat" to `compatibility_flags`.',
  },
  usage_model: {
    why: 'usage models are gone; the account decides.',
    hint: 'Remove the field.',
    dropped: true,
  },
  zone_id: {
    why: 'it belongs to wrangler 1.',
    hint: 'Put `zone_id` into the entry of `routes`.',
    dropped: true,
  },
  legacy_assets: {
    why: 'legacy assets are gone.',
    hint: 'Use `assets`.',
    dropped: true,
  },
  upload: {
    why: 'it belongs to wrangler 1.',
    hint: 'Name the entry file with `main` and module rules with `rules`.',
    dropped: true,
  },
  'build.upload': {
    why: 'it belongs to wrangler 1.',
    hint: 'Name the entry file with `main` and module rules with `rules`.',
    dropped: true,
  },
  'unsafe.capnp': {
    why: 'custom Cap’n Proto schemas are not supported.',
    hint: 'Deploy this Worker with wrangler.',
  },
  'exports.*.container': {
    why: 'containers are not supported: their images have to be built and pushed with Docker.',
    hint: 'Deploy this Worker with wrangler.',
  },
  'triggers.events': {
    why: 'event triggers are not supported.',
    hint: 'Deploy this Worker with wrangler.',
  },
};
