/** What the command's exit code tells a script. */
export const EXIT = {
  ok: 0,
  /** It was tried and did not work. */
  failed: 1,
  /** Wrong usage or input that is refused. */
  input: 2,
  unreachable: 3,
  /** A person has to decide: a brake was pulled. */
  decision: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0  done
  1  it was tried and failed; doctor: something is wrong; audit-drift: something differs
  2  wrong usage, or input that is refused
  3  no server answers
  4  a person has to decide: a brake was pulled

Environment:
  LOCKSTEP_URL    the server's address, default http://127.0.0.1:7400
  LOCKSTEP_TOKEN  its API token, default: the file api-token of the data folder
  LOCKSTEP_DATA   the data folder, default lockstep-data
  serve: DATABASE_URL, LOCKSTEP_KEY, LOCKSTEP_LOG, LOCKSTEP_RELAY; LOCKSTEP_OIDC_ISSUER,
         LOCKSTEP_OIDC_CLIENT_ID, LOCKSTEP_OIDC_CLIENT_SECRET and more for signing in by OpenID Connect

All of it: docs/reference/cli.md`;

/** A command that ends with a message for people. */
export class Failure extends Error {
  readonly code: ExitCode;
  readonly remedy: string | undefined;
  /** For `--json`. */
  readonly reason: string;
  /** More for `--json`. */
  readonly details: object;
  constructor(code: ExitCode, reason: string, message: string, remedy?: string, details: object = {}) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.reason = reason;
    this.remedy = remedy;
    this.details = details;
  }
}
