-- PostgreSQL packs long texts; its own older method costs a sixth of the server's time while complaints come in. A server
-- built without lz4 keeps that method.
@postgres DO $$
@postgres BEGIN
@postgres   ALTER TABLE evidence ALTER COLUMN body SET COMPRESSION lz4;
@postgres   ALTER TABLE complaint ALTER COLUMN document SET COMPRESSION lz4;
@postgres   ALTER TABLE journal ALTER COLUMN payload SET COMPRESSION lz4;
@postgres   ALTER TABLE complaint_search ALTER COLUMN tokens SET COMPRESSION lz4;
@postgres   ALTER TABLE complaint_search ALTER COLUMN words SET COMPRESSION lz4;
@postgres EXCEPTION WHEN feature_not_supported THEN NULL;
@postgres END $$;
-- Room for the words that come in between two sortings by the program (commit/care.rs).
@postgres ALTER INDEX complaint_search_words SET (gin_pending_list_limit = 65536);
