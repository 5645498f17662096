import { writeAudit } from '../audit.ts';
import type { ChatMessage } from '../durable-objects/chat-session.ts';
import { readJsonObject } from '../http/body.ts';
import { Refusal } from '../http/refusal.ts';
import { json } from '../http/respond.ts';
import type { Scope } from '../scope.ts';
import { remember, searchSources, type Source } from '../search.ts';
import { parseChatInput, type ChatInput } from './chat-input.ts';
import { complete, estimateTokens, type Completion } from './complete.ts';
import { sessionOf } from './session.ts';

/** Messages of the session that go back to the model. */
const CONTEXT_MESSAGES = 10;

/** `POST /chat`: one question to the tenant's model, with the session's history and the tenant's own sources. */
export async function postChat(request: Request, scope: Scope, context: ExecutionContext): Promise<Response> {
  const { env, tenant, settings } = scope;
  const input = parseChatInput(await readJsonObject(request), settings);
  const limits = env.RATE_LIMITER_DO.getByName(tenant.id);
  const reserved = estimateTokens(input.message) + input.maxTokens;
  const verdict = await limits.admit({
    rateLimit: settings.rateLimit,
    tokenBudget: settings.tokenBudget,
    tokens: reserved,
  });
  if (!verdict.allowed) throw tooMany(verdict.reason, verdict.retryAfterSeconds);

  let used = 0;
  try {
    const { completion, sources } = await converse(scope, input);
    used = completion.tokens;
    context.waitUntil(afterwards(scope, input, used));
    return json(
      {
        session: input.session,
        model: input.model,
        reply: completion.text,
        tokens: used,
        sources: sources.map(({ id, score }) => ({ id, score })),
      },
      200,
      { 'x-ratelimit-remaining': String(verdict.remaining) },
    );
  } finally {
    context.waitUntil(limits.settle(reserved - used));
  }
}

async function converse(
  scope: Scope,
  input: ChatInput,
): Promise<{ readonly completion: Completion; readonly sources: readonly Source[] }> {
  const { env, tenant, settings } = scope;
  const session = sessionOf(env, tenant, input.session);
  const [history, sources] = await Promise.all([
    session.history(CONTEXT_MESSAGES),
    settings.featureFlags['search'] === true ? searchSources(scope, input.message) : [],
  ]);
  const question: ChatMessage = { role: 'user', content: input.message, at: new Date().toISOString() };
  const completion = await complete(env.AI, settings, {
    model: input.model,
    maxTokens: input.maxTokens,
    sources,
    messages: [...history, question],
  });
  await session.append([
    question,
    { role: 'assistant', content: completion.text, at: new Date().toISOString() },
  ]);
  return { completion, sources };
}

/** What the caller need not wait for. A failure here is logged; the answer was already given. */
async function afterwards(scope: Scope, input: ChatInput, tokens: number): Promise<void> {
  const { env, tenant, settings } = scope;
  const results = await Promise.allSettled([
    writeAudit(env.DB, {
      tenant: tenant.id,
      environment: tenant.environment,
      session: input.session,
      model: input.model,
      tokens,
      versionId: env.CF_VERSION_METADATA.id,
      at: new Date().toISOString(),
    }),
    settings.featureFlags['remember'] === true ? remember(scope, input.message) : undefined,
  ]);
  for (const result of results) {
    if (result.status === 'rejected') console.error('after chat', result.reason);
  }
}

function tooMany(reason: 'rate' | 'budget', seconds: number): Refusal {
  const message =
    reason === 'rate' ? 'Too many requests for this tenant.' : "The tenant's tokens of today are spent.";
  const code = reason === 'rate' ? 'rate_limited' : 'token_budget_spent';
  return new Refusal(429, code, message, { 'retry-after': String(seconds) });
}
