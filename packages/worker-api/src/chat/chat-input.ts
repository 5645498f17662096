import { Refusal } from '../http/refusal.ts';
import { isText } from '../shapes.ts';
import type { TenantSettings } from '../tenant.ts';

/** A chat request that passed every check. */
export interface ChatInput {
  readonly session: string;
  readonly message: string;
  readonly model: string;
  /** Tokens the answer may have at most. */
  readonly maxTokens: number;
}

/** Longest message accepted, characters. */
export const MAX_MESSAGE_LENGTH = 8_000;

const SESSION = /^[A-Za-z0-9_-]{1,64}$/;
const FIELDS = new Set(['session', 'message', 'model', 'maxTokens']);

/**
 * Checks the body of `POST /chat` against the tenant's settings.
 * @throws Refusal 400 naming the field, 403 for a model the tenant may not use
 */
export function parseChatInput(body: Readonly<Record<string, unknown>>, settings: TenantSettings): ChatInput {
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw invalid(unknown.slice(0, 64), 'is not a field of this request');
  const { message, model = settings.models.chat, maxTokens = settings.tokenBudget.perRequest } = body;
  if (!isText(message) || message.trim() === '') throw invalid('message', 'must be a non-empty string');
  if (message.length > MAX_MESSAGE_LENGTH) {
    throw invalid('message', `must have at most ${MAX_MESSAGE_LENGTH} characters`);
  }
  if (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens) || maxTokens < 1) {
    throw invalid('maxTokens', 'must be a positive whole number');
  }
  if (maxTokens > settings.tokenBudget.perRequest) {
    throw invalid('maxTokens', `must be at most ${settings.tokenBudget.perRequest}`);
  }
  if (!isText(model)) throw invalid('model', 'must be a string');
  if (!settings.allowedModels.includes(model)) {
    throw new Refusal(403, 'model_not_allowed', 'This model is not allowed for this tenant.');
  }
  return { session: parseSession(body['session']), message, model, maxTokens };
}

/**
 * A session id from a caller.
 * @throws Refusal 400 when it is not 1–64 letters, digits, `-` or `_`
 */
export function parseSession(value: unknown): string {
  if (typeof value !== 'string' || !SESSION.test(value)) {
    throw invalid('session', 'must be 1 to 64 letters, digits, - or _');
  }
  return value;
}

function invalid(field: string, rule: string): Refusal {
  return new Refusal(400, 'invalid_field', `${field} ${rule}.`);
}
