-- An index of words answers in no order. Spans of receipt among the words, of a day, 8 and 64 days, let a server look through
-- the newest complaints first (store/src/search/spans.rs).
@postgres UPDATE complaint_search s SET words = array_to_tsvector(array_remove(string_to_array(s.tokens, ' '), '')
@postgres     || ARRAY['@1.' || c.received / 86400000000, '@8.' || c.received / 691200000000,
@postgres              '@64.' || c.received / 5529600000000])
@postgres   FROM complaint c WHERE c.branch_id = s.branch_id AND c.id = s.complaint_id;
