import { optionalString, readObject } from '../../api/body.ts';
import { failure } from '../../api/errors.ts';
import { endpoint } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import type { AccountSettingsDocument } from '../../store/model/accounts.ts';
import type { JsonObject } from '../../json.ts';

const PATH = '/accounts/:account_id/workers/account-settings';

/** Regions a Worker can be placed near; a sample of the real list. */
const REGIONS = [
  { id: 'aws:us-east-1', provider: 'aws', region: 'us-east-1' },
  { id: 'aws:eu-central-1', provider: 'aws', region: 'eu-central-1' },
  { id: 'gcp:us-east4', provider: 'gcp', region: 'us-east4' },
  { id: 'azure:westeurope', provider: 'azure', region: 'westeurope' },
];

/** Workers settings of an account, and placement regions. */
export const accountSettingsResource: Resource = {
  product: 'Settings',
  endpoints: [
    endpoint(`GET ${PATH}`, { known: 'documentation', permission: P.scriptsRead }, (call) =>
      success(toWire(read(call))),
    ),
    endpoint(`PUT ${PATH}`, { known: 'documentation', permission: P.scriptsWrite }, async (call) => {
      const body = await readObject(call, ['default_usage_model', 'green_compute']);
      const before = read(call);
      const green = body['green_compute'] ?? before.greenCompute;
      if (typeof green !== 'boolean') throw failure('badBody', 'green_compute must be a boolean.');
      const after: AccountSettingsDocument = {
        accountId: call.account.id,
        defaultUsageModel: optionalString(body, 'default_usage_model', 'badBody') ?? before.defaultUsageModel,
        greenCompute: green,
      };
      call.store.write((tx) => tx.put('accountSettings', call.account.id, after));
      return success(toWire(after));
    }),
    endpoint(
      'GET /accounts/:account_id/workers/placement/regions',
      { known: 'documentation', permission: P.scriptsRead },
      () => success({ regions: REGIONS }),
    ),
  ],
  behaviours: [],
};

function read(call: Call): AccountSettingsDocument {
  return (
    call.store.get('accountSettings', call.account.id) ?? {
      accountId: call.account.id,
      defaultUsageModel: 'standard',
      greenCompute: false,
    }
  );
}

function toWire({ defaultUsageModel, greenCompute }: AccountSettingsDocument): JsonObject {
  return { default_usage_model: defaultUsageModel, green_compute: greenCompute };
}
