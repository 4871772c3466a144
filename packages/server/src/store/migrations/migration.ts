export interface Migration {
  /** 1, 2, 3 …; never changed nor reused once released. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}
