-- What goes out by mail or webhook: written in the transaction of what it tells, delivered afterwards, kept whatever becomes
-- of it. While it is being sent, next_try is the end of the lease: a killed sender's mail comes back by itself.
CREATE TABLE outbox (
  branch_id {uuid} NOT NULL REFERENCES branch (branch_id),
  id {uuid} NOT NULL,
  kind {text} NOT NULL,
  complaint_id {uuid},
  owner_id {uuid},
  recipient {text} NOT NULL,
  subject {text} NOT NULL,
  body {text} NOT NULL,
  message_id {text} NOT NULL,
  state {text} NOT NULL,
  attempts {int} NOT NULL,
  next_try {int} NOT NULL,
  last_error {text},
  created {int} NOT NULL,
  settled {int},
  unique_key {text} NOT NULL,
  PRIMARY KEY (branch_id, id),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
CREATE UNIQUE INDEX outbox_key ON outbox (branch_id, unique_key);
CREATE INDEX outbox_due ON outbox (branch_id, next_try) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_newest ON outbox (branch_id, created, id);
CREATE INDEX outbox_owned ON outbox (branch_id, owner_id, created, id) WHERE owner_id IS NOT NULL;
CREATE INDEX outbox_trouble ON outbox (branch_id, owner_id, created, id) WHERE state IN ('bounced', 'failed') AND settled IS NULL;
CREATE INDEX outbox_message ON outbox (branch_id, message_id);
CREATE INDEX outbox_complaint ON outbox (branch_id, complaint_id) WHERE complaint_id IS NOT NULL;

CREATE TABLE outbox_attachment (
  branch_id {uuid} NOT NULL,
  outbox_id {uuid} NOT NULL,
  ordinal {int} NOT NULL,
  name {text} NOT NULL,
  media_type {text} NOT NULL,
  body {blob} NOT NULL,
  PRIMARY KEY (branch_id, outbox_id, ordinal),
  FOREIGN KEY (branch_id, outbox_id) REFERENCES outbox (branch_id, id)
){strict};

-- Where and how a person is told besides in the product.
CREATE TABLE person_reach (
  branch_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  mail {text},
  choice {text},
  PRIMARY KEY (branch_id, person_id),
  FOREIGN KEY (branch_id, person_id) REFERENCES person (branch_id, id)
){strict};
