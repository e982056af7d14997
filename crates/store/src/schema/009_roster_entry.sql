-- Who entered a shift or an absence of the roster and who took it away, and when: append only, without the reason of an absence.
CREATE TABLE roster_entry (
  branch_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  change {text} NOT NULL,
  planned_id {uuid} NOT NULL,
  payload {text} NOT NULL,
  PRIMARY KEY (branch_id, id)
){strict};
CREATE INDEX roster_entry_at ON roster_entry (branch_id, at, id);
CREATE INDEX roster_entry_planned ON roster_entry (branch_id, planned_id, at);
