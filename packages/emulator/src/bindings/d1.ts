import { failure } from '../api/errors.ts';
import { d1 } from '../runtime/bindings/d1.ts';
import { keyOf } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { alternative } from './fields.ts';

/** A D1 database, by id. Reads give both names of the id. */
export const d1Binding: BindingKind = {
  fields: { id: alternative(), database_id: alternative() },
  runtime: d1,
  asksFor: 'id',
  refuse: (binding, { accountId }, reader) => {
    const id = textOf(binding, 'id') || textOf(binding, 'database_id');
    if (!/^[0-9a-f-]{36}$/.test(id)) {
      return failure(
        'invalidRequest',
        `binding ${binding.name} of type d1 must have a valid \`id\` specified`,
      );
    }
    return reader.get('d1', keyOf(accountId, id)) === undefined
      ? failure('bindingD1Missing', `D1 database '${id}' not found.`)
      : null;
  },
  giveBack: (wire) => {
    const id = wire['id'] ?? wire['database_id'];
    return { ...wire, id, database_id: id };
  },
};
