/** A node of the Atlassian Document Format, https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/. */
export interface AdfNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly marks?: readonly AdfMark[];
  readonly text?: string;
}

export interface AdfMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

export interface AdfDocument {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: readonly AdfNode[];
}

/** Of the address of an image that is a file at the tracker: `attachment:id?collection`. */
export const ATTACHMENT = 'attachment:';
