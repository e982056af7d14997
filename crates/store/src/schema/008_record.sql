-- The whole complaint lies beside the row that lists read: a rung that fires rewrites what it changes, and no list's index
-- with it. What lists read stays narrow.
CREATE TABLE complaint_record (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  version {int} NOT NULL,
  changed {int} NOT NULL,
  tick_at {int},
  journal_hash {blob} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
@postgres DO $$
@postgres BEGIN
@postgres   ALTER TABLE complaint_record ALTER COLUMN document SET COMPRESSION lz4;
@postgres EXCEPTION WHEN feature_not_supported THEN NULL;
@postgres END $$;
INSERT INTO complaint_record (branch_id, complaint_id, version, changed, tick_at, journal_hash, document)
  SELECT branch_id, id, version, changed, tick_at, journal_hash, document FROM complaint;
DROP INDEX tick_due;
CREATE INDEX tick_due ON complaint_record (branch_id, tick_at, complaint_id) WHERE tick_at IS NOT NULL;
ALTER TABLE complaint DROP COLUMN version;
ALTER TABLE complaint DROP COLUMN changed;
ALTER TABLE complaint DROP COLUMN tick_at;
ALTER TABLE complaint DROP COLUMN journal_hash;
ALTER TABLE complaint DROP COLUMN document;
