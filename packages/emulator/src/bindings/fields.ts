/** What the value of a field must be. `text` is not empty; `any text` may be. */
type Form = 'text' | 'any text' | 'object' | 'anything';

/** One field of an uploaded binding, besides `type` and `name`. */
export interface Field {
  readonly form: Form;
  /** `one of`: at least one of the kind's fields of this sort has to be there. */
  readonly given: 'always' | 'one of' | 'if wanted';
  /** False: only uploads have it, no read ever returns it. */
  readonly returned: boolean;
}

/** A field that has to be there. */
export function required(form: Form = 'text'): Field {
  return { form, given: 'always', returned: true };
}

/** A field of which at least one in the kind has to be there. */
export function alternative(form: Form = 'text'): Field {
  return { form, given: 'one of', returned: true };
}

/** A field that may be left out; its value is not looked at. */
export const optional: Field = { form: 'anything', given: 'if wanted', returned: true };

/** The field as one that no read returns. */
export function uploadOnly(field: Field): Field {
  return { ...field, returned: false };
}
