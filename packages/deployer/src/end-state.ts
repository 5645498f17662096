/** What the account looks like after a command; the truth, read again after any error. */
export type EndState = 'untouched' | 'uploaded' | 'live-partly' | 'live' | 'rolled-back' | 'unknown';

/** What a deploy came to. `paused`: the new version has a part of the traffic, and somebody has to say how it goes on. */
export type DeployStatus = 'deployed' | 'paused' | 'unchanged' | 'failed' | 'rolled-back' | 'planned';
