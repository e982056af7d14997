-- A server looks every entry's complaint up once more, and locks it, for a reference its own statement keeps: an entry is written
-- with the head it moves, or not at all (store/src/commit). That was a quarter of its work in a tick.
-- Entries whose complaint is gone are what `verify` looks for. SQLite stays as it is: there it is one look into a page at hand,
-- and taking it out would write the whole journal anew.
@postgres ALTER TABLE journal DROP CONSTRAINT journal_branch_id_complaint_id_fkey;
@postgres ALTER TABLE notice DROP CONSTRAINT notice_branch_id_complaint_id_fkey;
