-- The supervision board and everybody's home: since when a complaint waits on whom, from when on it is severely late, what
-- is asked beside its flow, and who departed from the procedure. Rows that are there are filled by schema/board.rs.
ALTER TABLE complaint ADD COLUMN severe_at {int} NOT NULL DEFAULT 253402207200000000;
ALTER TABLE complaint ADD COLUMN waits_since {int} NOT NULL DEFAULT 253402207200000000;
-- Lists only: what the board counts is read from the open complaints themselves, for a wider index would make every intake pay.
CREATE INDEX queue_waits ON complaint (branch_id, waits_on, due_at, id) WHERE is_open;
CREATE INDEX queue_longest ON complaint (branch_id, waits_since, id) WHERE is_open;

-- 督办、争议、例外复核、延期、核减 that nobody has answered yet: the running clock of each.
CREATE TABLE asked (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  due_at {int} NOT NULL,
  due_warn {int} NOT NULL,
  due_paused {bool} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id, kind),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
CREATE INDEX asked_due ON asked (branch_id, kind, due_at, complaint_id);

-- 例外: who left which state for which, from the journal entry of that number.
CREATE TABLE departure (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  ordinal {int} NOT NULL,
  at {int} NOT NULL,
  person_id {uuid},
  person_name {text} NOT NULL,
  flow {text} NOT NULL,
  from_state {text} NOT NULL,
  to_state {text} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id, seq, ordinal),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
CREATE INDEX departure_at ON departure (branch_id, at, complaint_id);
CREATE INDEX departure_person ON departure (branch_id, person_id, at, complaint_id) WHERE person_id IS NOT NULL;
