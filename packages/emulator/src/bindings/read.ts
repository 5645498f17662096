import { failure } from '../api/errors.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import type { StoredBinding } from '../store/model/scripts.ts';
import type { BindingKind } from './binding-kind.ts';
import type { Field } from './fields.ts';
import { bindingKind } from './registry.ts';

/**
 * Checks the form of a `bindings` list: known kinds, names, fields. Targets are checked elsewhere.
 * @throws 10052 without a name, 10053 for a name used twice, 10021 for a kind the API does not have or a missing field,
 * 90400 for a field the kind does not have.
 */
export function readBindings(value: Json | undefined): StoredBinding[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw failure('invalidRequest', 'bindings must be an array.');
  const bindings = value.map(readBinding);
  checkNames(bindings);
  return bindings;
}

/** Refuses a binding name that is used twice. @throws 10053 */
export function checkNames(bindings: readonly StoredBinding[]): void {
  const names = new Set<string>();
  for (const { name } of bindings) {
    if (names.has(name)) throw failure('bindingNameTaken', `Binding name '${name}' already in use.`);
    names.add(name);
  }
}

function readBinding(value: Json): StoredBinding {
  if (!isObject(value)) throw failure('invalidRequest', 'A binding must be an object.');
  const { type, name } = value;
  if (typeof name !== 'string' || name === '') throw failure('bindingUnnamed');
  const kind = typeof type === 'string' ? bindingKind(type) : undefined;
  if (typeof type !== 'string' || kind === undefined) {
    throw failure('invalidRequest', `Binding '${name}' has an unknown type.`);
  }
  const binding = { ...value, type, name };
  checkFields(binding, kind);
  return binding;
}

function checkFields(binding: StoredBinding, kind: BindingKind): void {
  for (const field of Object.keys(binding)) {
    if (field !== 'type' && field !== 'name' && field !== 'raw' && !Object.hasOwn(kind.fields, field)) {
      throw failure('unknownField', `Unknown field ${JSON.stringify(field)} in binding '${binding.name}'.`);
    }
  }
  const fields = Object.entries(kind.fields);
  for (const [name, field] of fields) {
    if (field.given === 'always' && !isGiven(binding, name, field)) throw missing(binding, name);
  }
  const alternatives = fields.filter(([, { given }]) => given === 'one of');
  if (alternatives.length > 0 && !alternatives.some(([name, field]) => isGiven(binding, name, field))) {
    throw missing(binding, kind.asksFor ?? alternatives.map(([name]) => name).join('` or `'));
  }
}

function missing({ name, type }: StoredBinding, fields: string): Error {
  return failure(
    'invalidRequest',
    `binding ${name} of type ${type} must have a valid \`${fields}\` specified`,
  );
}

function isGiven(binding: JsonObject, name: string, { form }: Field): boolean {
  const value = binding[name];
  switch (form) {
    case 'anything':
      return value !== undefined;
    case 'any text':
      return typeof value === 'string';
    case 'object':
      return typeof value === 'object' && value !== null;
    case 'text':
      return typeof value === 'string' && value !== '';
  }
}
