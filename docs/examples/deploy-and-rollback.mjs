import { openLocal } from '@cf-deploy/cli';
import { createDeployer } from '@cf-deploy/deployer';

// The embedded Cloudflare. For your own account leave `local` out.
const root = process.cwd();
const local = await openLocal({ root });
const deployer = createDeployer({ root, ...local.options });
const target = { tenant: 'mrrainbowsmoke', env: 'staging' };

try {
  const first = await deployer.deploy(target);
  console.log(`${first.status} ${first.versionId} at ${first.url} with ${first.calls} API calls`);

  const second = await deployer.deploy({ ...target, force: true, message: 'from a script' });
  console.log(`${second.status} ${second.versionId}, ${second.health.verdict}`);

  const back = await deployer.rollback({ ...target, versionId: second.previousVersionId });
  console.log(`${back.status} ${back.versionId} instead of ${back.previousVersionId}`);
} finally {
  await local.close();
}
