/**
 * One clock for both sides: waiting takes no time. While anybody works it stands still; when all who wait are all who are
 * left, it goes to the first of their times. Working is known by `busy`, told around each call.
 */
export function createSharedClock() {
  let time = Date.parse('2026-11-27T00:00:00.000Z');
  let working = 0;
  let waiting = [];
  let planned = false;
  const wake = () => {
    planned = false;
    if (working > 0 || waiting.length === 0) return;
    time = Math.max(time, Math.min(...waiting.map(({ at }) => at)));
    const due = waiting.filter(({ at }) => at <= time);
    waiting = waiting.filter(({ at }) => at > time);
    for (const { resolve } of due) resolve();
    plan();
  };
  // Files are read between two calls: a moment without any is no proof that nobody works, some are.
  const plan = () => {
    if (planned) return;
    planned = true;
    setTimeout(wake, 8);
  };
  return {
    ms: () => time,
    now: () => new Date(time),
    sleep: (ms) =>
      new Promise((resolve) => {
        waiting.push({ at: time + ms, resolve });
        plan();
      }),
    async busy(work) {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        plan();
      }
    },
  };
}
