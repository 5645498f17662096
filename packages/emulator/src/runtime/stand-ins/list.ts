/** A product that is not really run here, and what answers in its place. */
export interface StandIn {
  /** Binding type in the API's vocabulary. */
  type: string;
  product: string;
  /** One sentence for people: what to expect of the stand-in. */
  behaviour: string;
}

/** Products whose bindings work but are not the real thing. */
export const STAND_INS: readonly StandIn[] = [
  {
    type: 'ai',
    product: 'Workers AI',
    behaviour: 'Text and embeddings are made from a hash of the input: always the same, never meaningful.',
  },
  {
    type: 'vectorize',
    product: 'Vectorize',
    behaviour: 'Vectors are kept on disk and searched exactly; changes are visible at once.',
  },
  {
    type: 'hyperdrive',
    product: 'Hyperdrive',
    behaviour:
      'The connection string names a database on this machine, 127.0.0.1:5432, never the configured host.',
  },
  {
    type: 'send_email',
    product: 'Email',
    behaviour: 'Messages are checked against the limits of the binding and not sent.',
  },
  {
    type: 'analytics_engine',
    product: 'Analytics Engine',
    behaviour: 'Data points are taken and dropped.',
  },
];
