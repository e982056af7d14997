-- The first schema. {uuid}, {int} … are each engine's own types; a line that begins with @sqlite or @postgres is for that
-- engine alone. Rules: branch_id leads every key, times are microseconds UTC, no triggers, no sequences.

CREATE TABLE branch (
  branch_id {uuid} NOT NULL PRIMARY KEY,
  name {text} NOT NULL
){strict};

CREATE TABLE complaint (
  branch_id {uuid} NOT NULL REFERENCES branch (branch_id),
  id {uuid} NOT NULL,
  number {text} NOT NULL,
  version {int} NOT NULL,
  received {int} NOT NULL,
  changed {int} NOT NULL,
  flow {text} NOT NULL,
  grade {text} NOT NULL,
  state {text} NOT NULL,
  is_open {bool} NOT NULL,
  waits_on {text} NOT NULL,
  owner_id {uuid},
  owner_name {text} NOT NULL,
  handler_id {uuid},
  handler_name {text},
  department {text},
  organisation {text},
  due_kind {text},
  due_at {int} NOT NULL,
  due_warn {int} NOT NULL,
  due_paused {bool} NOT NULL,
  cause {text},
  headline {text} NOT NULL,
  address {text} NOT NULL,
  lon {real},
  lat {real},
  grid_cell {int},
  phone_digest {text},
  upstream_client {text},
  upstream_number {text},
  complained {int} NOT NULL,
  tick_at {int},
  journal_hash {blob} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (branch_id, id)
){strict};

CREATE UNIQUE INDEX complaint_number ON complaint (branch_id, number);
CREATE UNIQUE INDEX complaint_upstream ON complaint (branch_id, upstream_number, upstream_client) WHERE upstream_number IS NOT NULL;
CREATE INDEX complaint_unnamed ON complaint (branch_id, upstream_number) WHERE upstream_client = 'branch';
CREATE INDEX queue_mine ON complaint (branch_id, handler_id, due_at, id) WHERE is_open;
CREATE INDEX queue_owned ON complaint (branch_id, owner_id, due_at, id) WHERE is_open;
CREATE INDEX queue_unassigned ON complaint (branch_id, due_at, id) WHERE is_open AND handler_id IS NULL;
CREATE INDEX queue_open ON complaint (branch_id, due_at, id) WHERE is_open;
CREATE INDEX queue_department ON complaint (branch_id, department, due_at, id) WHERE is_open AND department IS NOT NULL;
CREATE INDEX queue_organisation ON complaint (branch_id, organisation, due_at, id) WHERE is_open AND organisation IS NOT NULL;
CREATE INDEX tick_due ON complaint (branch_id, tick_at) WHERE tick_at IS NOT NULL;
CREATE INDEX list_received ON complaint (branch_id, received, id);
CREATE INDEX list_state ON complaint (branch_id, state, received, id);
CREATE INDEX list_organisation ON complaint (branch_id, organisation, received, id) WHERE organisation IS NOT NULL;
CREATE INDEX list_phone ON complaint (branch_id, phone_digest, received, id) WHERE phone_digest IS NOT NULL;
CREATE INDEX list_grid ON complaint (branch_id, grid_cell, received) WHERE grid_cell IS NOT NULL;

-- Append only: each entry's hash covers the one before.
CREATE TABLE journal (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  at {int} NOT NULL,
  actor {text} NOT NULL,
  payload {text} NOT NULL,
  prev_hash {blob} NOT NULL,
  hash {blob} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id, seq),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};

CREATE TABLE evidence (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  ordinal {int} NOT NULL,
  digest {text} NOT NULL,
  body {text} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id, ordinal),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};

-- Who was told of a rung of a clock: a person's id or a role's name. What the entry of that number explains.
CREATE TABLE notice (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  clock {text} NOT NULL,
  rung {text} NOT NULL,
  audience {text} NOT NULL,
  reached {int} NOT NULL,
  told {int} NOT NULL,
  PRIMARY KEY (branch_id, complaint_id, seq, clock, rung, audience),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
CREATE INDEX notice_audience ON notice (branch_id, audience, told);

-- Idempotency keys of forms and clients: a retried command finds the first one here.
CREATE TABLE submission (
  branch_id {uuid} NOT NULL,
  submission_key {text} NOT NULL,
  complaint_id {uuid} NOT NULL,
  seq {int} NOT NULL,
  PRIMARY KEY (branch_id, submission_key)
){strict};

-- The words a complaint is found by; each engine's own index beside them.
CREATE TABLE complaint_search (
  branch_id {uuid} NOT NULL,
  complaint_id {uuid} NOT NULL,
  tokens {text} NOT NULL,
@sqlite  docid INTEGER NOT NULL,
@postgres  words TSVECTOR NOT NULL,
  PRIMARY KEY (branch_id, complaint_id),
  FOREIGN KEY (branch_id, complaint_id) REFERENCES complaint (branch_id, id)
){strict};
@sqlite CREATE UNIQUE INDEX complaint_search_docid ON complaint_search (docid);
@sqlite CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
@postgres CREATE INDEX complaint_search_words ON complaint_search USING gin (words);

-- The last complaint number given out, per day.
CREATE TABLE number_counter (
  branch_id {uuid} NOT NULL,
  day {text} NOT NULL,
  last {int} NOT NULL,
  PRIMARY KEY (branch_id, day)
){strict};

CREATE TABLE person (
  branch_id {uuid} NOT NULL REFERENCES branch (branch_id),
  id {uuid} NOT NULL,
  version {int} NOT NULL,
  sign_in {text} NOT NULL,
  name {text} NOT NULL,
  role {text} NOT NULL,
  department {text} NOT NULL,
  organisation {text},
  active {bool} NOT NULL,
  PRIMARY KEY (branch_id, id)
){strict};
CREATE UNIQUE INDEX person_sign_in ON person (branch_id, sign_in);

-- Until when a person has read what the house told.
CREATE TABLE notice_seen (
  branch_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  until {int} NOT NULL,
  PRIMARY KEY (branch_id, person_id),
  FOREIGN KEY (branch_id, person_id) REFERENCES person (branch_id, id)
){strict};

CREATE TABLE password (
  branch_id {uuid} NOT NULL,
  person_id {uuid} NOT NULL,
  hash {text} NOT NULL,
  changed {int} NOT NULL,
  PRIMARY KEY (branch_id, person_id),
  FOREIGN KEY (branch_id, person_id) REFERENCES person (branch_id, id)
){strict};

-- Only the SHA-256 of the token a browser holds.
CREATE TABLE session (
  branch_id {uuid} NOT NULL,
  token_hash {blob} NOT NULL,
  person_id {uuid} NOT NULL,
  created {int} NOT NULL,
  idle_until {int} NOT NULL,
  expires {int} NOT NULL,
  PRIMARY KEY (branch_id, token_hash)
){strict};
CREATE INDEX session_person ON session (branch_id, person_id);

CREATE TABLE token (
  branch_id {uuid} NOT NULL REFERENCES branch (branch_id),
  id {uuid} NOT NULL,
  name {text} NOT NULL,
  hash {blob} NOT NULL,
  created {int} NOT NULL,
  revoked {int},
  PRIMARY KEY (branch_id, id)
){strict};
CREATE INDEX token_name ON token (branch_id, name) WHERE revoked IS NULL;
CREATE UNIQUE INDEX token_hash ON token (branch_id, hash);

CREATE TABLE secret (
  branch_id {uuid} NOT NULL,
  name {text} NOT NULL,
  body {blob} NOT NULL,
  PRIMARY KEY (branch_id, name)
){strict};

CREATE TABLE setting (
  branch_id {uuid} NOT NULL,
  name {text} NOT NULL,
  body {text} NOT NULL,
  PRIMARY KEY (branch_id, name)
){strict};

CREATE TABLE gazetteer (
  branch_id {uuid} NOT NULL,
  name {text} NOT NULL,
  address {text} NOT NULL,
  district {text} NOT NULL,
  lon {real} NOT NULL,
  lat {real} NOT NULL,
  PRIMARY KEY (branch_id, name, address, district)
){strict};

-- The inventory, versioned by validity.
CREATE TABLE element_version (
  branch_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  element_id {text} NOT NULL,
  valid_from {int} NOT NULL,
  valid_until {int} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (branch_id, kind, element_id, valid_from)
){strict};

-- Alarms, outages and interference as their sources name them; the digest tells a changed record from the same again.
CREATE TABLE network_fact (
  branch_id {uuid} NOT NULL,
  kind {text} NOT NULL,
  fact_id {text} NOT NULL,
  since {int} NOT NULL,
  digest {blob} NOT NULL,
  document {text} NOT NULL,
  PRIMARY KEY (branch_id, kind, fact_id)
){strict};

-- Counts the network's changes, so that every node knows when to load it again.
CREATE TABLE network_generation (
  branch_id {uuid} NOT NULL PRIMARY KEY,
  generation {int} NOT NULL
){strict};
