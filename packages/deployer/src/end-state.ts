/** What the account looks like after a command; the truth, read again after any error. */
export type EndState = 'untouched' | 'uploaded' | 'live-partly' | 'live' | 'rolled-back' | 'unknown';

/** What a deploy came to. */
export type DeployStatus = 'deployed' | 'unchanged' | 'failed' | 'rolled-back' | 'planned';
