/** A condition on an item. Text is compared without regard to case unless `caseSensitive`. Dates are instants or days. */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | Condition;

export type Operator =
  | 'contains'
  | 'contains one of'
  | 'not contains'
  | 'equals'
  | 'not equals'
  | 'empty'
  | 'not empty'
  | 'regex'
  | 'before'
  | 'after';

export interface Condition {
  /** A field id, or one of `key`, `type`, `createdAt`, `updatedAt`, `visibility`. */
  readonly field: string;
  readonly is: Operator;
  readonly value?: string | readonly string[];
  readonly caseSensitive?: boolean;
}
