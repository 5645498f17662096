import type { DeployEvent } from '@cf-deploy/deployer';
import type { Style } from '../style.ts';

/** One event as a line, or null for those that only matter to a live display. */
export function eventLine(event: DeployEvent, style: Style): string | null {
  switch (event.type) {
    case 'tenant-started':
    case 'stage':
    case 'tenant-finished':
      return null;
    case 'step':
      return event.status === 'started'
        ? null
        : `${prefix(event.tenant, style)} ${mark(event.status, style)} ${event.message}`;
    case 'health':
      return `${prefix(event.tenant, style)} ${style.dim(`health ${event.attempt}:`)} ${event.message}`;
    case 'waiting':
      return `${prefix(event.tenant, style)} ${style.dim(`waiting ${seconds(event.ms)}: ${event.why}`)}`;
    case 'notice':
      return `${prefix(event.tenant, style)} ${event.message}`;
  }
}

/** What is going on right now, short, for a live display. */
export function eventTitle(event: DeployEvent): string | null {
  if (event.type === 'stage') return STAGES[event.stage];
  if (event.type === 'step' && event.status === 'started') return event.message;
  if (event.type === 'health') return `health ${event.attempt}: ${event.message}`;
  if (event.type === 'waiting') return `waiting ${seconds(event.ms)}: ${event.why}`;
  return null;
}

const STAGES = {
  resolve: 'reading the configuration',
  bundle: 'bundling',
  read: 'reading what is live',
  plan: 'planning',
  preflight: 'checking what the bindings point at',
  apply: 'applying',
  health: 'checking health',
  record: 'writing the record',
  revert: 'going back',
} as const;

function prefix(tenant: string | null, style: Style): string {
  return tenant === null ? style.dim('·') : style.bold(tenant);
}

function mark(status: 'done' | 'failed' | 'reverted', style: Style): string {
  if (status === 'done') return style.green('✓');
  return status === 'failed' ? style.red('✗') : style.yellow('↩');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
