-- 导出申请: who asked for which rows and why, who decided, what was made of it, and who fetched it. The file itself is made when it
-- is approved and taken away when its time is over; its digest and its history stay.
CREATE TABLE export_request (
  branch_id {uuid} NOT NULL,
  id {uuid} NOT NULL,
  number {text} NOT NULL,
  version {int} NOT NULL,
  state {text} NOT NULL,
  asker_id {uuid} NOT NULL,
  asked {int} NOT NULL,
  expires {int},
  document {text} NOT NULL,
  file {blob},
  PRIMARY KEY (branch_id, id)
){strict};
CREATE UNIQUE INDEX export_request_number ON export_request (branch_id, number);
CREATE INDEX export_request_newest ON export_request (branch_id, asked, id);
CREATE INDEX export_request_asker ON export_request (branch_id, asker_id, asked, id);
CREATE INDEX export_request_waiting ON export_request (branch_id, asked, id) WHERE state = 'asked';
CREATE INDEX export_request_expires ON export_request (branch_id, expires) WHERE file IS NOT NULL;

-- Every step of it, append only.
CREATE TABLE export_step (
  branch_id {uuid} NOT NULL,
  request_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  payload {text} NOT NULL,
  prev_hash {blob} NOT NULL,
  hash {blob} NOT NULL,
  PRIMARY KEY (branch_id, request_id, seq),
  FOREIGN KEY (branch_id, request_id) REFERENCES export_request (branch_id, id)
){strict};
