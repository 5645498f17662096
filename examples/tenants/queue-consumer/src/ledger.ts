import { DurableObject } from 'cloudflare:workers';

/** Remembers which jobs were done, each once, however often the queue delivers it. */
export class Ledger extends DurableObject {
  async record(job: string): Promise<void> {
    await this.ctx.storage.put(`job:${job}`, true);
  }

  async jobs(): Promise<string[]> {
    const stored = await this.ctx.storage.list({ prefix: 'job:' });
    return [...stored.keys()].map((key) => key.slice('job:'.length));
  }
}
