/**
 * Families of variables that belong to the machine, the CI system, the package manager or an account of the operator.
 * No configuration may have one uploaded as a secret of a Worker. Data: a name, or a beginning ended by `*`.
 */
const RESERVED: readonly string[] = [
  // What deploys.
  'CLOUDFLARE_*',
  'CF_*',
  'WRANGLER_*',
  // CI systems.
  ...'CI CI_* GITHUB_* GH_* ACTIONS_* RUNNER_* GITLAB_* BITBUCKET_* BUILDKITE_*'.split(' '),
  ...'CIRCLE_* CIRCLECI TRAVIS TRAVIS_* JENKINS_* SYSTEM_* AGENT_* BUILD_* TEAMCITY_*'.split(' '),
  ...'VERCEL VERCEL_* NETLIFY NETLIFY_* VAULT_* TF_* PULUMI_*'.split(' '),
  // Package managers and runtimes.
  ...'NPM_* NODE_* YARN_* PNPM_* BUN_* DENO_* PIP_* TWINE_* CARGO_* DOTNET_*'.split(' '),
  // Clouds and cluster tools.
  ...'AWS_* AZURE_* ARM_* GOOGLE_* GCP_* GCLOUD_* CLOUDSDK_* DOCKER_* KUBE*'.split(' '),
  // The machine.
  ...'PATH HOME USER USERNAME USERPROFILE LOGNAME SHELL PWD OLDPWD TERM TERM_*'.split(' '),
  ...'LANG LANGUAGE LC_* TZ TMP TEMP TMPDIR HOSTNAME HOST MAIL EDITOR SHLVL'.split(' '),
  ...'_ DISPLAY IFS LD_* DYLD_* SSH_* GPG_* GIT_* SUDO_* XDG_* DBUS_* SYSTEMD_*'.split(' '),
  ...'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY SYSTEMROOT WINDIR COMSPEC PATHEXT'.split(' '),
  ...'APPDATA LOCALAPPDATA PROGRAMFILES* PROGRAMDATA COMPUTERNAME USERDOMAIN* OS'.split(' '),
];

/** Families that hold what deploys: not even a tenant's own file makes one of these a secret of its Worker. */
const DEPLOYMENT: readonly string[] = ['CLOUDFLARE_*', 'CF_*', 'WRANGLER_*'];

/**
 * Last words of common variables. For a tenant called like one of them, `STRIPE_API` of tenant `key` would be the
 * variable `STRIPE_API_KEY` of everybody.
 */
const ORDINARY_ENDINGS = new Set([
  ...'KEY KEYS API_KEY SECRET SECRETS TOKEN TOKENS PASSWORD PASSWD PASS PASSPHRASE'.split(' '),
  ...'CREDENTIAL CREDENTIALS AUTH CERT PEM DSN URL URI ID NAME USER USERNAME'.split(' '),
  ...'HOST PORT EMAIL FILE PATH DIR HASH SALT PIN VALUE STRING DATABASE'.split(' '),
  ...'ACCESS_KEY SECRET_KEY PRIVATE_KEY ACCESS_TOKEN AUTH_TOKEN API_TOKEN CLIENT_SECRET'.split(' '),
]);

/** Names that hold, or may hold, a credential. */
const CREDENTIAL_NAMES: readonly RegExp[] = [
  /(?:^|_)(?:TOKEN|SECRET|KEY|KEYS|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIAL|CREDENTIALS|AUTH|APIKEY|DSN)(?:_|$)/i,
  /_(?:TOKEN|SECRET|KEY|PASSWORD)S?_/i,
  /^(?:npm_config_.{0,100}auth.{0,100}|NODE_AUTH_TOKEN)$/i,
];
/** The shell's own working folder, no password. */
const NO_CREDENTIALS = new Set(['PWD', 'OLDPWD']);

/** Whether a variable belongs to a family that is never a secret of a Worker. Case does not matter. */
export function isReservedVariable(name: string): boolean {
  return matches(RESERVED, name);
}

/** Whether a name belongs to what deploys (`CLOUDFLARE_*`, `CF_*`), so that no Worker may have a secret of that name. */
export function isDeploymentVariable(name: string): boolean {
  return matches(DEPLOYMENT, name);
}

/** Whether a tenant's suffix is also how variables of everybody end. */
export function isOrdinaryEnding(suffix: string): boolean {
  return ORDINARY_ENDINGS.has(suffix);
}

/** Whether a variable is named like one that holds a credential. */
export function looksLikeCredential(name: string): boolean {
  return !NO_CREDENTIALS.has(name) && CREDENTIAL_NAMES.some((pattern) => pattern.test(name));
}

function matches(families: readonly string[], name: string): boolean {
  const upper = name.toUpperCase();
  return families.some((family) =>
    family.endsWith('*') ? upper.startsWith(family.slice(0, -1)) : upper === family,
  );
}
