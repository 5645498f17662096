import type { Command } from './life.ts';
import { checkCalls } from './checks/calls.ts';
import { whyNot, wrongEndState } from './checks/end-state.ts';
import { checkInterrupted } from './checks/interrupted.ts';
import { checkLeftovers } from './checks/leftovers.ts';
import { checkSecrets } from './checks/secrets.ts';
import { checkStatus } from './checks/status.ts';
import { missingFrom } from './seen.ts';

/** What is wrong with what a command said and did; empty when all is as it must be. */
export function checkOutcome(
  command: Command,
  { diedAt, secrets }: { readonly diedAt: Command | null; readonly secrets: readonly string[] },
): readonly string[] {
  const { result } = command;
  return [
    ...checkSecrets(command, secrets),
    ...checkInterrupted(command, diedAt),
    ...checkRefusal(command),
    ...(result === null
      ? []
      : [
          ...wrongEndState(command, result.endState),
          ...checkStatus(command, result),
          ...checkLeftovers(command, result),
          ...checkCalls(command, result),
        ]),
  ];
}

/** A command that ended with an error before it wrote left everything as it was. */
function checkRefusal(command: Command): readonly string[] {
  if (command.error === null || command.kind === 'put-secret' || command.kind === 'push-secrets') return [];
  const why = whyNot(command, 'untouched');
  return [
    ...(why === null ? [] : [`it was refused (${command.error.code}), but ${why}`]),
    ...(command.error.code === 'INTERNAL' ? [`internal error: ${command.error.message}`] : []),
  ];
}

/** One deploy in good weather brings all in order; the next one writes nothing. */
export function checkConverged(first: Command, second: Command): readonly string[] {
  const missing = missingFrom(first.after, first.wanted);
  return [
    ...(first.result?.status === 'deployed'
      ? []
      : [`the last deploy ended ${first.result?.status ?? first.error?.code}`]),
    ...(missing === null ? [] : [`after one more deploy ${missing}`]),
    ...(second.result?.status === 'unchanged' && second.network.writes === 0
      ? []
      : [
          `deployed again it is ${second.result?.status ?? second.error?.code}, with ${second.network.writes} writes`,
        ]),
  ];
}
