-- The duty roster: who is on duty for a role, who is away, who stands in.
CREATE TABLE duty_shift (
  branch_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  role {text} NOT NULL,
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  PRIMARY KEY (branch_id, id),
  FOREIGN KEY (branch_id, person_id) REFERENCES person (branch_id, id)
){strict};
CREATE INDEX duty_shift_ends ON duty_shift (branch_id, ends, starts);

CREATE TABLE absence (
  branch_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  reason {text} NOT NULL,
  deputy_id {uuid},
  PRIMARY KEY (branch_id, id),
  FOREIGN KEY (branch_id, person_id) REFERENCES person (branch_id, id)
){strict};
CREATE INDEX absence_ends ON absence (branch_id, ends, starts);

-- Whether a complaint was ever sent for a field test: what a tester reaches. Those on record tell it in their document.
@sqlite ALTER TABLE complaint ADD COLUMN tested INTEGER NOT NULL DEFAULT 0;
@postgres ALTER TABLE complaint ADD COLUMN tested BOOLEAN NOT NULL DEFAULT FALSE;
@sqlite UPDATE complaint SET tested = 1 WHERE document LIKE '%"kind":"test_order"%';
@postgres UPDATE complaint SET tested = TRUE WHERE document LIKE '%"kind":"test_order"%';
CREATE INDEX queue_tested ON complaint (branch_id, due_at, id) WHERE is_open AND tested;
CREATE INDEX list_tested ON complaint (branch_id, received, id) WHERE tested;
