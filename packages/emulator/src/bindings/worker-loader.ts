import { failure } from '../api/errors.ts';
import { workerLoader } from '../runtime/bindings/plugins.ts';
import type { BindingKind } from './binding-kind.ts';

/** Isolates the Worker makes by itself; for paid plans. */
export const workerLoaderBinding: BindingKind = {
  fields: {},
  runtime: workerLoader,
  refuse: (_binding, { plan }) => (plan === 'free' ? failure('loaderNeedsPaid') : null),
};
