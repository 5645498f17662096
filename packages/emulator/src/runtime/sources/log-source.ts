/**
 * Source of the Worker that gets the tail events of all others and hands them, with the `props` that say whose they
 * are, to the function bound as `SINK`.
 */
export const LOG_SOURCE = `
const text = (value) => {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? String(value);
  try { return JSON.stringify(value) ?? String(value); } catch { return String(value); }
};
const line = ({ level, timestamp, message }) => ({
  level,
  timestamp,
  message: (Array.isArray(message) ? message : [message]).map(text).join(' '),
});
const exception = ({ timestamp, name, message, stack }) => ({
  level: 'exception',
  timestamp,
  message: stack?.startsWith(name) ? stack : name + ': ' + message + (stack ? '\\n' + stack : ''),
});
export default {
  async tail(items, env, ctx) {
    const events = items.map((item) => ({
      lines: [...item.logs.map(line), ...item.exceptions.map(exception)].sort((a, b) => a.timestamp - b.timestamp),
      ray: item.event?.request?.headers?.['cf-ray'] ?? null,
    }));
    await env.SINK.fetch('http://sink/', { method: 'POST', body: JSON.stringify({ from: ctx.props, events }) });
  },
};
`;
