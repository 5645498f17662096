export const TARGET = ['--tenant=acme'];

/** Every command that looks at one tenant, in an order that works. */
export const SWEPT: readonly (readonly string[])[] = [
  ['deploy', '--all', '--force', '--no-check-startup'],
  ['deploy', ...TARGET, '--force', '--no-check-startup'],
  ['validate', ...TARGET],
  ['config', ...TARGET],
  ['doctor', ...TARGET],
  ['plan', ...TARGET],
  ['plan', '--all'],
  ['drift', ...TARGET, '--deep'],
  ['status', ...TARGET],
  ['status', '--all'],
  ['versions', ...TARGET],
  ['secrets', 'list', ...TARGET],
  ['secrets', 'push', ...TARGET],
  ['secrets', 'put', 'TYPED', ...TARGET],
  ['secrets', 'delete', 'TYPED', ...TARGET, '--yes'],
  ['rollback', ...TARGET],
];
