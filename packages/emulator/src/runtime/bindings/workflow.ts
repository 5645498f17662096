import type { ScriptDocument, StoredBinding } from '../../store/model/scripts.ts';
import type { ScriptRef } from '../plan/worker-name.ts';
import { optionalText, textField } from './binding-runtime.ts';
import type { BindingRuntime } from './binding-runtime.ts';

/** Workflows of the script itself or of another one. */
export const workflow: BindingRuntime = {
  part: (binding, context) => {
    const name = textField(binding, 'workflow_name');
    const known = [...context.view.workflows(context.accountId)].find((one) => one.name === name);
    const scriptName = context.codeFor(ownerOf(binding, context.script));
    const className = optionalText(binding, 'class_name') ?? known?.className;
    if (scriptName === null || className === undefined) return null;
    return { workflows: { [binding.name]: { name, className, scriptName } } };
  },
  targets: (binding, { script }) => [ownerOf(binding, script)],
};

function ownerOf(binding: StoredBinding, script: ScriptDocument): ScriptRef {
  const name = optionalText(binding, 'script_name');
  return name === undefined || name === script.name ? script : { name, dispatchNamespace: null };
}
