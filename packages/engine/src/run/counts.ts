/** Running totals of one side; see `SideCounts` for their meaning. */
export class Counts {
  examined = 0;
  created = 0;
  updated = 0;
  unchanged = 0;
  skipped = 0;
  conflicted = 0;
  parked = 0;
  comments = 0;
  attachments = 0;
}
