-- 匿名化: complaints that tell nobody any more who complained, so that the job that looks for old ones passes them over.
CREATE TABLE anonymised (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
