import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { live } from './life.ts';

const LIVES = Number(process.env['LIVES'] ?? 200);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-simulation-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test(`${LIVES} lives: what is said is so`, { timeout: 120_000 }, async () => {
  const t=Date.now();
  let bad = 0; const kinds = new Map<string,string[]>();
  const only = (process.env['ONLY']??'').split(',').filter(Boolean).map(Number);
  for (const index of only.length>0?only:Array.from({length:LIVES},(_,i)=>i)) {
    const { wrong, story } = await live(`life ${index}`, folder);
    for (const w of wrong) { const k = w.replace(/^[^:]*: /,'').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g,'ID').slice(0,90); kinds.set(k, [...(kinds.get(k) ?? []), String(index)]); }
    if (wrong.length > 0 && bad++ < Number(process.env['SHOW'] ?? 1)) console.log(`life ${index}\n${story.join('\n')}`);
  }
  console.log([...kinds].map(([k,v])=>`${v.length} ${k} [${v.slice(0,5)}]`).join('\n'));
  console.log(LIVES*1000/(Date.now()-t), 'lives/s');
  expect(bad).toBe(0);
});
