import { failure } from '../api/errors.ts';
import { service } from '../runtime/bindings/service.ts';
import { scriptKey } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required, optional, uploadOnly } from './fields.ts';

/** Another Worker of the account, or the binding Worker itself. */
export const serviceBinding: BindingKind = {
  fields: {
    service: required(),
    environment: optional,
    entrypoint: optional,
    props: uploadOnly(optional),
    cross_account_grant: uploadOnly(optional),
  },
  runtime: service,
  refuse: (binding, owner, reader) => {
    const name = textOf(binding, 'service');
    const self = name === owner.scriptName && owner.dispatchNamespace === null && owner.mayBindItself;
    if (self || reader.get('script', scriptKey(owner.accountId, name)) !== undefined) return null;
    return binding['environment'] === undefined || binding['environment'] === 'production'
      ? failure(
          'serviceMissing',
          `Could not resolve service binding '${binding.name}'. Target script '${name}' not found.`,
        )
      : failure('serviceEnvironmentMissing', `Service '${name}' has no such environment.`);
  },
  giveBack: (wire) => ({ environment: 'production', ...wire }),
  uses: { as: 'services', name: (binding) => binding['service'] },
};
