/** Names that trackers give to the same thing; the first is the one that the others count as. */
const SYNONYMS: readonly (readonly string[])[] = [
  // Fields.
  ['summary', 'subject', 'title', 'headline', 'short description'],
  ['description', 'body', 'content', 'details', 'message'],
  ['status', 'state'],
  ['assignee', 'owner', 'assigned to'],
  ['reporter', 'requestor', 'requester', 'author', 'created by', 'opened by', 'caller'],
  ['due date', 'due', 'due on', 'deadline', 'target date'],
  ['start date', 'start', 'starts', 'start on', 'planned start'],
  ['labels', 'label', 'tags', 'tag', 'keywords', 'keyword'],
  ['target version', 'fix version', 'fix versions', 'milestone', 'release', 'version'],
  ['estimated time', 'estimate', 'estimated hours', 'time estimated', 'original estimate', 'planned effort'],
  ['time spent', 'spent time', 'time worked', 'worked', 'actual effort'],
  ['time left', 'remaining estimate', 'remaining time'],
  ['progress', 'done ratio', 'percent done', 'percent complete', 'done'],
  ['category', 'component', 'components', 'area'],
  ['watchers', 'watcher', 'followers', 'cc', 'ccs', 'watch list'],
  ['resolution', 'close code', 'close reason', 'resolution code'],
  ['priority', 'importance'],
  ['reference', 'external reference', 'external url', 'external link', 'counterpart', 'remote url'],
  // Types.
  ['bug', 'defect', 'incident', 'fault', 'problem'],
  ['feature', 'story', 'user story', 'enhancement', 'improvement', 'new feature', 'feature request'],
  ['support', 'question', 'service request', 'help'],
  ['task', 'ticket', 'issue', 'request', 'work item', 'to do item'],
  ['epic', 'initiative'],
  // Statuses; also other options.
  ['new', 'to do', 'todo', 'backlog', 'submitted', 'unconfirmed'],
  ['in progress', 'doing', 'started', 'active', 'working', 'in work', 'in development'],
  ['feedback', 'stalled', 'waiting', 'on hold', 'pending', 'blocked', 'paused', 'needs information'],
  ['in review', 'review', 'testing', 'in testing', 'verify'],
  ['resolved', 'done', 'fixed', 'completed', 'complete', 'solved', 'finished'],
  ['rejected', 'declined', 'wont fix', 'cancelled', 'canceled', 'invalid', 'abandoned', 'wont do'],
  ['yes', 'true', 'on'],
  ['no', 'false', 'off'],
];

const FIRST = new Map(SYNONYMS.flatMap(([first = '', ...others]) => others.map((one) => [one, first])));

/** From least to most urgent, with names for each step. */
const URGENCY: readonly (readonly string[])[] = [
  ['trivial', 'lowest', 'planning', 'very low', 'cosmetic'],
  ['low', 'minor'],
  ['normal', 'medium', 'moderate', 'middle', 'average', 'default'],
  ['high', 'major', 'important'],
  ['urgent', 'highest', 'critical', 'very high', 'severe'],
  ['immediate', 'blocker', 'emergency', 'catastrophic'],
];

/** `fixVersion/s`, `Fix Version(s)` and `fix_versions` are the same words. */
export function folded(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLocaleLowerCase('en')
    .replaceAll(/['’]/g, '')
    .replaceAll(/\((?:seconds|minutes|hours|days)\)/g, '')
    .replaceAll(/\(s\)|\/s\b/g, 's')
    .replaceAll(/[^\p{L}\p{N}%]+/gu, ' ')
    .replace('% done', 'percent done')
    .trim();
}

/** 0 … 1: how surely two names mean the same. 1: the same words; 0.9: known synonyms; else the share of common words. */
export function likeness(one: string, another: string): number {
  const [a, b] = [folded(one), folded(another)];
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  if ((FIRST.get(a) ?? a) === (FIRST.get(b) ?? b)) return 0.9;
  const [these, those] = [new Set(a.split(' ')), new Set(b.split(' '))];
  const common = [...these].filter((word) => those.has(word)).length;
  return (common / (these.size + those.size - common)) * 0.8;
}

/** How urgent an option of that name is: 0 … 1; undefined for one that says nothing of that. */
export function urgencyOf(name: string): number | undefined {
  const [, number] = /^p?(\d)\b/.exec(folded(name)) ?? [];
  // P1 is the most urgent one.
  if (number !== undefined) return 1 - Math.min(Number(number), 5) / 5;
  const words = folded(name).replace(/^\d+ /, '');
  const step = URGENCY.findIndex((names) => names.includes(words));
  return step < 0 ? undefined : step / (URGENCY.length - 1);
}
