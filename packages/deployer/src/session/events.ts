/** Progress, as it happens. Never holds a secret. */
export type DeployEvent =
  | { readonly type: 'tenant-started'; readonly tenant: string; readonly environment: string | null }
  | {
      readonly type: 'stage';
      readonly tenant: string;
      readonly stage:
        'resolve' | 'bundle' | 'read' | 'plan' | 'preflight' | 'apply' | 'health' | 'record' | 'revert';
    }
  | {
      readonly type: 'step';
      readonly tenant: string;
      readonly step: string;
      readonly status: 'started' | 'done' | 'failed' | 'reverted';
      readonly message: string;
    }
  | { readonly type: 'health'; readonly tenant: string; readonly attempt: number; readonly message: string }
  | { readonly type: 'waiting'; readonly tenant: string | null; readonly ms: number; readonly why: string }
  | { readonly type: 'notice'; readonly tenant: string | null; readonly message: string }
  | { readonly type: 'tenant-finished'; readonly tenant: string; readonly status: string };
