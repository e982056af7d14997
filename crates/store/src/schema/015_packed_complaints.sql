-- The whole complaint is kept packed, a third of its text (store/src/packed.rs). What was written before lies as it was written
-- until its complaint is written next, and reads the same.
@sqlite CREATE TABLE record_packed (
@sqlite   branch_id {uuid} NOT NULL,
@sqlite   complaint_id {uuid} NOT NULL,
@sqlite   document {blob} NOT NULL,
@sqlite   PRIMARY KEY (branch_id, complaint_id),
@sqlite   FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
@sqlite ){strict};
@sqlite INSERT INTO record_packed (branch_id, complaint_id, document)
@sqlite   SELECT branch_id, complaint_id, CAST(document AS BLOB) FROM complaint_record;
@sqlite DROP TABLE complaint_record;
@sqlite ALTER TABLE record_packed RENAME TO complaint_record;
@postgres ALTER TABLE complaint_record ALTER COLUMN document TYPE BYTEA USING convert_to(document, 'UTF8');
-- Packed once is enough.
@postgres ALTER TABLE complaint_record ALTER COLUMN document SET STORAGE EXTERNAL;
