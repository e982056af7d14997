-- How far a complaint is lies beside the whole of it: a rung that fires writes its journal entry and this row, and leaves the
-- document as it was.
CREATE TABLE complaint_head (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  version {int} NOT NULL,
  changed {int} NOT NULL,
  tick_at {int},
  journal_hash {blob} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
INSERT INTO complaint_head (branch_id, complaint_id, version, changed, tick_at, journal_hash)
  SELECT branch_id, complaint_id, version, changed, tick_at, journal_hash FROM complaint_record;
DROP INDEX tick_due;
CREATE INDEX tick_due ON complaint_head (branch_id, tick_at, complaint_id) WHERE tick_at IS NOT NULL;
ALTER TABLE complaint_record DROP COLUMN version;
ALTER TABLE complaint_record DROP COLUMN changed;
ALTER TABLE complaint_record DROP COLUMN tick_at;
ALTER TABLE complaint_record DROP COLUMN journal_hash;
