/** `2026-11-23 10:00` of an ISO time, which is UTC; anything else stays. */
export function shortTime(time: string): string {
  const [, day, minute] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(time) ?? [];
  return day === undefined || minute === undefined ? time : `${day} ${minute}`;
}
