export type StartupErrorCode =
  | 'platform-unsupported'
  | 'binaries-missing'
  | 'folder-unusable'
  | 'folder-in-use'
  | 'disk-full'
  | 'version-mismatch'
  | 'password-missing'
  | 'not-permitted'
  | 'server-failed'
  | 'schema-newer'
  | 'schema-changed'
  | 'database-unreachable'
  | 'database-unusable'
  | 'key-missing'
  | 'key-wrong'
  | 'key-invalid'
  | 'oidc-invalid'
  | 'backup-unknown'
  | 'backup-newer'
  | 'backup-damaged'
  | 'database-in-use'
  | 'relay-unknown'
  | 'address-unknown';

/** Lockstep cannot start: what happened and where, then what to do. Never holds a secret. */
export class StartupError extends Error {
  readonly code: StartupErrorCode;
  /** How to mend it, full sentences. Already part of the message. */
  readonly remedy: string;

  constructor(code: StartupErrorCode, what: string, remedy: string, cause?: unknown) {
    super(`${what} ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = 'StartupError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** On a data folder: it cannot be made, or is a file, or belongs to somebody else. */
const UNUSABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT']);

/** Turns the file system's errors on our data folder into words; anything else passes unchanged. */
export function toStartupError(error: unknown, folder: string): unknown {
  if (error instanceof StartupError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, error);
  if (code !== undefined && UNUSABLE.has(code)) {
    return new StartupError(
      'folder-unusable',
      code === 'EEXIST' || code === 'ENOTDIR'
        ? `The data folder ${folder} is a file, or lies below one.`
        : `The data folder ${folder} cannot be written (${code}).`,
      'Give the user that runs Lockstep write access to it, or choose another data folder.',
      error,
    );
  }
  return error;
}

export function diskFull(folder: string, cause?: unknown): StartupError {
  return new StartupError(
    'disk-full',
    `The disk that holds ${folder} is full, so the embedded PostgreSQL cannot run.`,
    'Free some space (at least 500 MB) and start again; nothing that was committed is lost.',
    cause,
  );
}
