import type { AiBinding } from '../env.ts';
import { Refusal } from '../http/refusal.ts';
import type { Source } from '../search.ts';
import { isObject } from '../shapes.ts';
import type { TenantSettings } from '../tenant.ts';

/** What the model said, and what it cost. */
export interface Completion {
  readonly text: string;
  readonly tokens: number;
}

interface Question {
  readonly model: string;
  readonly maxTokens: number;
  readonly sources: readonly Source[];
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/**
 * Asks the model through the tenant's AI gateway.
 * @throws Refusal 502 when the model fails or answers without text
 */
export async function complete(
  ai: AiBinding,
  settings: TenantSettings,
  question: Question,
): Promise<Completion> {
  const answer = await ai
    .run(
      question.model,
      {
        messages: [
          systemMessage(question.sources),
          ...question.messages.map(({ role, content }) => ({ role, content })),
        ],
        max_tokens: question.maxTokens,
      },
      { gateway: { id: settings.gatewayId } },
    )
    .catch((error: unknown) => {
      console.error('model failed', error);
      throw new Refusal(502, 'model_failed', 'The model did not answer.');
    });
  const text = isObject(answer) ? answer['response'] : undefined;
  if (typeof text !== 'string') throw new Refusal(502, 'model_failed', 'The model answered without text.');
  return { text, tokens: usedTokens(answer) ?? estimateTokens(text) };
}

/** A rough upper estimate, for reserving: about four characters are one token. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function systemMessage(sources: readonly Source[]): { readonly role: string; readonly content: string } {
  const texts = sources.flatMap(({ text }) => (text === null ? [] : [`- ${text}`]));
  const known = texts.length === 0 ? '' : `\nWhat may help:\n${texts.join('\n')}`;
  return { role: 'system', content: `Answer briefly and only from what you know.${known}` };
}

function usedTokens(answer: unknown): number | undefined {
  const usage = isObject(answer) ? answer['usage'] : undefined;
  const total = isObject(usage) ? usage['total_tokens'] : undefined;
  return typeof total === 'number' && total >= 0 ? total : undefined;
}
