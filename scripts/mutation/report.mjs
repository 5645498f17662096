/** What a run of mistakes showed: which live, the score, and where the time went. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Mistakes that change nothing anybody could see, each with the reason. */
const EQUIVALENT = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'));

/** Writes the report to stdout, and all results to `flags.json` where that is given. */
export function report({ lines, mutants, files, flags, src }) {
  const baseline = lines.filter(({ file }) => file !== undefined);
  const broken = baseline.flatMap(({ file, tests, ok }) =>
    ok ? [] : [`${file}: ${tests.find((test) => !test.ok)?.name ?? 'cannot be loaded'}`],
  );
  if (broken.length > 0) console.log(`Left out, as they fail without any mistake:\n  ${broken.join('\n  ')}`);
  const results = mutants.flatMap((mutant) => {
    const judged = lines.find(({ id }) => id === mutant.id);
    if (judged === undefined) return [];
    const { by, skipped = 0, ms } = judged;
    const told = describe(mutant, files, src);
    return [
      { ...told, seeds: mutant.seeds, by, skipped, ms, why: by === null ? reasonFor(told) : undefined },
    ];
  });
  if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify({ results, baseline }, null, 1));
  for (const { place, kind, text, skipped } of results.filter(({ by, why }) => by === null && !why)) {
    console.log(`ALIVE ${place} ${kind}: ${text}${skipped > 0 ? ` (${skipped} test files not asked)` : ''}`);
  }
  const equivalent = results.filter(({ why }) => why !== undefined);
  for (const { place, kind, why } of equivalent) console.log(`Equivalent ${place} ${kind}: ${why}`);
  const rooms = grouped(results);
  for (const [room, those] of rooms) console.log(`${room.padEnd(10)} ${score(those)}`);
  for (const seed of flags.seed) {
    console.log(`seed ${seed.padEnd(5)} ${score(results.filter(({ seeds }) => seeds.includes(seed)))}`);
  }
  console.log(
    `all        ${score(results)} (${equivalent.length} equivalent, ${mutants.length - results.length} left)`,
  );
}

function score(results) {
  const counted = results.filter(({ why }) => why === undefined);
  const noticed = counted.filter(({ by }) => by !== null).length;
  return `${noticed} of ${counted.length} noticed: ${Math.round((noticed / counted.length) * 1000) / 10} %`;
}

function grouped(results) {
  const rooms = new Map();
  for (const result of results) rooms.set(result.room, [...(rooms.get(result.room) ?? []), result]);
  return rooms;
}

function describe({ path, start, end, kind }, files, src) {
  const { text } = files.find((file) => file.path === path);
  const line = text.slice(0, start).split('\n').length;
  const file = path.slice(src.length + 1);
  return {
    room: file.split('/')[0],
    file,
    place: `${file}:${line}`,
    kind,
    text: text.slice(start, end).replaceAll(/\s+/g, ' ').slice(0, 90),
  };
}

function reasonFor({ file, kind, text }) {
  return EQUIVALENT.find((entry) => entry.file === file && entry.kind === kind && entry.text === text)?.why;
}
