/** What a writer says first. */
export type First =
  | { readonly serves: { readonly url: string; readonly isAdopted: boolean } }
  | { readonly refused: { readonly code: string; readonly message: string } };

/** What a writer is told to do then. */
export interface Job {
  readonly url: string;
  /** Of this writer alone. */
  readonly integrations: readonly string[];
  /** Pieces of work at a time in each integration; each has a connection of its own. */
  readonly lanes: number;
  /** Makes keys and runs of this life new ones. */
  readonly life: string;
  /** A writer that lies: it says that a step is committed before it is. The proof has to see that. */
  readonly early: boolean;
}
