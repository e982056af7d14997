-- A frozen check is kept packed, a seventh of its text (store/src/packed.rs). What was written before lies as it was written
-- and reads the same.
@sqlite CREATE TABLE evidence_packed (
@sqlite   branch_id {uuid} NOT NULL,
@sqlite   complaint_id {uuid} NOT NULL,
@sqlite   ordinal {int} NOT NULL,
@sqlite   digest {text} NOT NULL,
@sqlite   body {blob} NOT NULL,
@sqlite   PRIMARY KEY (branch_id, complaint_id, ordinal),
@sqlite   FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
@sqlite ){strict};
@sqlite INSERT INTO evidence_packed (branch_id, complaint_id, ordinal, digest, body)
@sqlite   SELECT branch_id, complaint_id, ordinal, digest, CAST(body AS BLOB) FROM evidence;
@sqlite DROP TABLE evidence;
@sqlite ALTER TABLE evidence_packed RENAME TO evidence;
@postgres ALTER TABLE evidence ALTER COLUMN body TYPE BYTEA USING convert_to(body, 'UTF8');
-- Packed once is enough.
@postgres ALTER TABLE evidence ALTER COLUMN body SET STORAGE EXTERNAL;
