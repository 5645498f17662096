import { createHash } from 'node:crypto';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** Length of the embeddings of models people use; others get {@link DEFAULT_DIMENSIONS}. Source: model pages in the docs. */
const DIMENSIONS: Record<string, number> = {
  '@cf/baai/bge-small-en-v1.5': 384,
  '@cf/baai/bge-base-en-v1.5': 768,
  '@cf/baai/bge-large-en-v1.5': 1024,
  '@cf/baai/bge-m3': 1024,
  '@cf/google/embeddinggemma-300m': 768,
  '@cf/qwen/qwen3-embedding-0.6b': 1024,
};
const DEFAULT_DIMENSIONS = 768;

/** What a model answered: JSON, or the text of a stream of server-sent events. */
export type AiAnswer = { kind: 'json'; value: Json } | { kind: 'events'; text: string };

/**
 * Answers `env.AI.run(model, inputs)` without a model: the same input always gives the same answer. Inputs with `text`
 * give embeddings, with `prompt` or `messages` a sentence.
 * @throws Error for inputs neither kind of model takes.
 */
export function runModel(model: string, inputs: JsonObject): AiAnswer {
  if (typeof model !== 'string' || model === '') throw new Error('AI.run() needs the name of a model.');
  const { text } = inputs;
  if (typeof text === 'string' || isTexts(text))
    return embeddings(model, typeof text === 'string' ? [text] : text);
  const prompt = promptOf(inputs);
  if (prompt === undefined) {
    throw new Error(`The local stand-in for ${model} takes "text", "prompt" or "messages".`);
  }
  const response = sentence(model, prompt, inputs);
  return inputs['stream'] === true ? events(response) : { kind: 'json', value: answer(response, prompt) };
}

function embeddings(model: string, texts: readonly string[]): AiAnswer {
  const length = DIMENSIONS[model] ?? DEFAULT_DIMENSIONS;
  const data = texts.map((text) => embed(text, length));
  return { kind: 'json', value: { shape: [texts.length, length], data, pooling: 'mean' } };
}

/**
 * A vector of length 1 for a text. Texts that share words are nearer to each other than others: each word adds a vector
 * made from its hash.
 */
export function embed(text: string, length: number): number[] {
  const sum = new Float64Array(length);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text];
  for (const word of words) {
    for (let at = 0; at < length; at += 32) {
      const digest = createHash('sha256').update(`${at}:${word}`).digest();
      for (let i = 0; i < 32 && at + i < length; i += 1)
        sum[at + i] = (sum[at + i] ?? 0) + (digest[i] ?? 0) - 127.5;
    }
  }
  const norm = Math.hypot(...sum) || 1;
  return Array.from(sum, (value) => Number((value / norm).toFixed(8)));
}

function promptOf({ prompt, messages }: JsonObject): string | undefined {
  if (typeof prompt === 'string') return prompt;
  if (!Array.isArray(messages)) return undefined;
  const content = messages.filter(isObject).findLast(({ role }) => role === 'user')?.['content'];
  return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}

function sentence(model: string, prompt: string, inputs: JsonObject): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([model, inputs]))
    .digest('hex')
    .slice(0, 8);
  const shown = prompt.length > 80 ? `${prompt.slice(0, 80)}…` : prompt;
  return `[local stand-in for ${model}, ${digest}] You said: ${shown}`;
}

function answer(response: string, prompt: string): Json {
  const [promptTokens, completionTokens] = [tokens(prompt), tokens(response)];
  return {
    response,
    tool_calls: [],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

function events(response: string): AiAnswer {
  const pieces = response.match(/\S+\s*/g) ?? [];
  const lines = pieces.map((piece) => `data: ${JSON.stringify({ response: piece })}\n\n`);
  return { kind: 'events', text: `${lines.join('')}data: [DONE]\n\n` };
}

function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
