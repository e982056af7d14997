-- Policies of the branch: each version with the day from which it holds, as somebody wrote it. A version never changes.
CREATE TABLE policy_version (
  branch_id {uuid} NOT NULL,
  version {int} NOT NULL,
  valid_from {text} NOT NULL,
  text {text} NOT NULL,
  author {text} NOT NULL,
  note {text} NOT NULL,
  imported {int} NOT NULL,
  PRIMARY KEY (branch_id, version)
){strict};
