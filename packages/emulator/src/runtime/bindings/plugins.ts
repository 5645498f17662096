import { compact, type Json } from '../../json.ts';
import { optionalText, textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Data points are taken and dropped, as there is nothing local to query them with. */
export const analyticsEngine: BindingRuntime = {
  part: (binding) => ({
    analyticsEngineDatasets: {
      [binding.name]: { dataset: optionalText(binding, 'dataset') ?? binding.name },
    },
  }),
};

/** A connection string for a database on this machine: nothing is sent to the configured host. */
export const hyperdrive: BindingRuntime = {
  part: (binding) => ({
    hyperdrives: { [binding.name]: 'postgres://local:local@127.0.0.1:5432/local' },
  }),
};

/** Isolates a Worker makes by itself. */
export const workerLoader: BindingRuntime = {
  part: (binding) => ({ workerLoaders: { [binding.name]: {} } }),
};

/** Mail is checked against the binding's limits and not sent. */
export const sendEmail: BindingRuntime = {
  part: (binding) => {
    const destination = optionalText(binding, 'destination_address');
    const destinations = texts(binding['allowed_destination_addresses']);
    const senders = texts(binding['allowed_sender_addresses']);
    return {
      sendEmail: {
        [binding.name]: compact({
          destination_address: destination,
          allowed_destination_addresses: destinations,
          allowed_sender_addresses: senders,
        }),
      },
    };
  },
};

/** Values of uploaded parts, in service-worker format. */
export const parts: BindingRuntime = {
  part: (binding) => {
    const kind = ({ wasm_module: 'wasm', text_blob: 'text', data_blob: 'data' } as const)[
      binding.type as 'wasm_module' | 'text_blob' | 'data_blob'
    ];
    return { parts: { [binding.name]: { kind, part: textField(binding, 'part') } } };
  },
};

function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
