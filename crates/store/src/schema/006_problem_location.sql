-- Problem locations: places whose trouble cannot be mended now, with what is planned and by when. Their entries are append
-- only, each hash covering the one before, as the journal's are. list_key puts open ones first, by the day expected.
CREATE TABLE problem_location (
  branch_id {uuid} NOT NULL REFERENCES branch (branch_id),
  id {uuid} NOT NULL,
  entry_hash {blob} NOT NULL,
  number {text} NOT NULL,
  version {int} NOT NULL,
  status {text} NOT NULL,
  is_open {bool} NOT NULL,
  list_key {int} NOT NULL,
  lon {real},
  lat {real},
  grid_cell {int},
  document {text} NOT NULL,
  PRIMARY KEY (branch_id, id)
){strict};
CREATE UNIQUE INDEX problem_location_number ON problem_location (branch_id, number);
CREATE INDEX problem_location_list ON problem_location (branch_id, list_key, id);
CREATE INDEX problem_location_status ON problem_location (branch_id, status, list_key, id);
CREATE INDEX problem_location_grid ON problem_location (branch_id, grid_cell) WHERE is_open AND grid_cell IS NOT NULL;

CREATE TABLE problem_location_entry (
  branch_id {uuid} NOT NULL,
  location_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  payload {text} NOT NULL,
  prev_hash {blob} NOT NULL,
  hash {blob} NOT NULL,
  PRIMARY KEY (branch_id, location_id, seq),
  FOREIGN KEY (branch_id, location_id) REFERENCES problem_location (branch_id, id)
){strict};

-- To which problem location a complaint belongs: to one at most.
CREATE TABLE problem_location_complaint (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  location_id {uuid} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id),
  FOREIGN KEY (branch_id, location_id) REFERENCES problem_location (branch_id, id)
){strict};
CREATE INDEX problem_location_member ON problem_location_complaint (branch_id, location_id, complaint_id);

-- Which first owners were told of which entry: their customers wait for what it says.
CREATE TABLE problem_location_notice (
  branch_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  location_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  told {int} NOT NULL,
  PRIMARY KEY (branch_id, person_id, location_id, seq),
  FOREIGN KEY (branch_id, location_id, seq) REFERENCES problem_location_entry (branch_id, location_id, seq)
){strict};
CREATE INDEX problem_location_told ON problem_location_notice (branch_id, person_id, told);
