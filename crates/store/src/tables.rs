//! Every table that a backup carries, column by column. A test holds this list to the schema of both engines.

use crate::db::{Kind, Sql};

pub(crate) mod past;

use Kind::{Blob, Bool, Int, Real, Text, Uuid};

/// A table of the branch.
pub(crate) struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
}

/// In the order in which rows may be put back: what is referred to first.
pub(crate) const TABLES: &[Table] = &[
    Table { name: "branch", columns: &[("branch_id", Uuid), ("name", Text)] },
    COMPLAINT,
    HEAD,
    RECORD,
    JOURNAL,
    EVIDENCE,
    Table {
        name: "asked",
        columns: &[
            ("branch_id", Uuid),
            ("complaint_id", Uuid),
            ("kind", Text),
            ("due_at", Int),
            ("due_warn", Int),
            ("due_paused", Bool),
        ],
    },
    Table {
        name: "departure",
        columns: &[
            ("branch_id", Uuid),
            ("complaint_id", Uuid),
            ("seq", Int),
            ("ordinal", Int),
            ("at", Int),
            ("person_id", Uuid),
            ("person_name", Text),
            ("flow", Text),
            ("from_state", Text),
            ("to_state", Text),
        ],
    },
    Table {
        name: "notice",
        columns: &[
            ("branch_id", Uuid),
            ("complaint_id", Uuid),
            ("seq", Int),
            ("clock", Text),
            ("rung", Text),
            ("audience", Text),
            ("reached", Int),
            ("told", Int),
        ],
    },
    Table {
        name: "submission",
        columns: &[("branch_id", Uuid), ("submission_key", Text), ("complaint_id", Uuid), ("seq", Int)],
    },
    Table { name: "complaint_search", columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("tokens", Text)] },
    Table { name: "anonymised", columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("at", Int)] },
    EXPORT_REQUEST,
    EXPORT_STEP,
    Table { name: "number_counter", columns: &[("branch_id", Uuid), ("day", Text), ("last", Int)] },
    Table {
        name: "person",
        columns: &[
            ("branch_id", Uuid),
            ("id", Uuid),
            ("version", Int),
            ("sign_in", Text),
            ("name", Text),
            ("role", Text),
            ("department", Text),
            ("organisation", Text),
            ("active", Bool),
        ],
    },
    Table {
        name: "person_reach",
        columns: &[("branch_id", Uuid), ("person_id", Uuid), ("mail", Text), ("choice", Text)],
    },
    SPOT,
    SPOT_ENTRY,
    Table {
        name: "problem_location_complaint",
        columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("location_id", Uuid)],
    },
    Table {
        name: "problem_location_notice",
        columns: &[("branch_id", Uuid), ("person_id", Uuid), ("location_id", Uuid), ("seq", Int), ("told", Int)],
    },
    Table {
        name: "duty_shift",
        columns: &[
            ("branch_id", Uuid),
            ("id", Uuid),
            ("person_id", Uuid),
            ("role", Text),
            ("starts", Int),
            ("ends", Int),
        ],
    },
    Table {
        name: "absence",
        columns: &[
            ("branch_id", Uuid),
            ("id", Uuid),
            ("person_id", Uuid),
            ("starts", Int),
            ("ends", Int),
            ("reason", Text),
            ("deputy_id", Uuid),
        ],
    },
    Table {
        name: "roster_entry",
        columns: &[
            ("branch_id", Uuid),
            ("id", Uuid),
            ("at", Int),
            ("actor", Text),
            ("change", Text),
            ("planned_id", Uuid),
            ("payload", Text),
        ],
    },
    OUTBOX,
    Table {
        name: "outbox_attachment",
        columns: &[
            ("branch_id", Uuid),
            ("outbox_id", Uuid),
            ("ordinal", Int),
            ("name", Text),
            ("media_type", Text),
            ("body", Blob),
        ],
    },
    Table { name: "notice_seen", columns: &[("branch_id", Uuid), ("person_id", Uuid), ("until", Int)] },
    Table { name: "password", columns: &[("branch_id", Uuid), ("person_id", Uuid), ("hash", Text), ("changed", Int)] },
    Table {
        name: "token",
        columns: &[
            ("branch_id", Uuid),
            ("id", Uuid),
            ("name", Text),
            ("hash", Blob),
            ("created", Int),
            ("revoked", Int),
        ],
    },
    Table { name: "secret", columns: &[("branch_id", Uuid), ("name", Text), ("body", Blob)] },
    Table {
        name: "policy_version",
        columns: &[
            ("branch_id", Uuid),
            ("version", Int),
            ("valid_from", Text),
            ("text", Text),
            ("author", Text),
            ("note", Text),
            ("imported", Int),
        ],
    },
    Table { name: "setting", columns: &[("branch_id", Uuid), ("name", Text), ("body", Text)] },
    Table {
        name: "gazetteer",
        columns: &[
            ("branch_id", Uuid),
            ("name", Text),
            ("address", Text),
            ("district", Text),
            ("lon", Real),
            ("lat", Real),
        ],
    },
    Table {
        name: "element_version",
        columns: &[
            ("branch_id", Uuid),
            ("kind", Text),
            ("element_id", Text),
            ("valid_from", Int),
            ("valid_until", Int),
            ("document", Text),
        ],
    },
    Table {
        name: "network_fact",
        columns: &[
            ("branch_id", Uuid),
            ("kind", Text),
            ("fact_id", Text),
            ("since", Int),
            ("digest", Blob),
            ("document", Text),
        ],
    },
    Table { name: "network_generation", columns: &[("branch_id", Uuid), ("generation", Int)] },
];

/// The tables a backup of that schema carries; absent for one no released version had.
pub(crate) fn tables_at(schema: i64) -> Option<Vec<&'static Table>> {
    if schema == crate::schema::LATEST {
        return Some(TABLES.iter().collect());
    }
    past::RELEASED.contains(&schema).then(|| TABLES.iter().filter_map(|table| past::at(schema, table)).collect())
}

/// The columns stand in the order in which a commit writes them.
pub(crate) const COMPLAINT: Table = Table {
    name: "complaint",
    columns: &[
        ("branch_id", Uuid),
        ("id", Uuid),
        ("number", Text),
        ("received", Int),
        ("flow", Text),
        ("grade", Text),
        ("state", Text),
        ("is_open", Bool),
        ("waits_on", Text),
        ("owner_id", Uuid),
        ("owner_name", Text),
        ("handler_id", Uuid),
        ("handler_name", Text),
        ("department", Text),
        ("organisation", Text),
        ("due_kind", Text),
        ("due_at", Int),
        ("due_warn", Int),
        ("due_paused", Bool),
        ("cause", Text),
        ("headline", Text),
        ("address", Text),
        ("lon", Real),
        ("lat", Real),
        ("grid_cell", Int),
        ("phone_digest", Text),
        ("upstream_client", Text),
        ("upstream_number", Text),
        ("complained", Int),
        ("tested", Bool),
        ("severe_at", Int),
        ("waits_since", Int),
    ],
};

/// How far a complaint is, in the order in which a commit writes it.
pub(crate) const HEAD: Table = Table {
    name: "complaint_head",
    columns: &[
        ("branch_id", Uuid),
        ("complaint_id", Uuid),
        ("journal_hash", Blob),
        ("version", Int),
        ("changed", Int),
        ("tick_at", Int),
    ],
};

/// The whole complaint; what clocks did since is in its journal only.
pub(crate) const RECORD: Table =
    Table { name: "complaint_record", columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("document", Blob)] };

const OUTBOX: Table = Table {
    name: "outbox",
    columns: &[
        ("branch_id", Uuid),
        ("id", Uuid),
        ("kind", Text),
        ("complaint_id", Uuid),
        ("owner_id", Uuid),
        ("recipient", Text),
        ("subject", Text),
        ("body", Text),
        ("message_id", Text),
        ("state", Text),
        ("attempts", Int),
        ("next_try", Int),
        ("last_error", Text),
        ("created", Int),
        ("settled", Int),
        ("unique_key", Text),
    ],
};

pub(crate) const JOURNAL: Table = Table {
    name: "journal",
    columns: &[
        ("branch_id", Uuid),
        ("complaint_id", Uuid),
        ("seq", Int),
        ("at", Int),
        ("actor", Text),
        ("payload", Text),
        ("prev_hash", Blob),
        ("hash", Blob),
    ],
};

pub(crate) const EVIDENCE: Table = Table {
    name: "evidence",
    columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("ordinal", Int), ("digest", Text), ("body", Blob)],
};

pub(crate) const SPOT: Table = Table {
    name: "problem_location",
    columns: &[
        ("branch_id", Uuid),
        ("id", Uuid),
        ("entry_hash", Blob),
        ("number", Text),
        ("version", Int),
        ("status", Text),
        ("is_open", Bool),
        ("list_key", Int),
        ("lon", Real),
        ("lat", Real),
        ("grid_cell", Int),
        ("document", Text),
    ],
};

pub(crate) const SPOT_ENTRY: Table = Table {
    name: "problem_location_entry",
    columns: &[
        ("branch_id", Uuid),
        ("location_id", Uuid),
        ("seq", Int),
        ("at", Int),
        ("actor", Text),
        ("payload", Text),
        ("prev_hash", Blob),
        ("hash", Blob),
    ],
};

pub(crate) const EXPORT_REQUEST: Table = Table {
    name: "export_request",
    columns: &[
        ("branch_id", Uuid),
        ("id", Uuid),
        ("number", Text),
        ("version", Int),
        ("state", Text),
        ("asker_id", Uuid),
        ("asked", Int),
        ("expires", Int),
        ("document", Text),
        ("file", Blob),
    ],
};

const EXPORT_STEP: Table = Table {
    name: "export_step",
    columns: &[
        ("branch_id", Uuid),
        ("request_id", Uuid),
        ("seq", Int),
        ("at", Int),
        ("actor", Text),
        ("payload", Text),
        ("prev_hash", Blob),
        ("hash", Blob),
    ],
};

impl Table {
    /// The types of its columns.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.columns.iter().map(|(_, kind)| *kind).collect()
    }

    /// Selects every column of the branch's rows; a condition may follow.
    pub(crate) fn select(&self, branch: uuid::Uuid) -> Sql {
        let mut sql = Sql::new("SELECT ");
        self.list(&mut sql);
        sql.push(" FROM ").push(self.name).push(" WHERE branch_id = ").bind(branch);
        sql
    }

    /// Begins an insert of whole rows.
    pub(crate) fn insert(&self) -> Sql {
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(self.name).push(" (");
        self.list(&mut sql);
        sql.push(") VALUES ");
        sql
    }

    fn list(&self, sql: &mut Sql) {
        let mut separator = "";
        for (name, _) in self.columns {
            sql.push(separator).push(name);
            separator = ", ";
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::*;
    use crate::testing::{Engine, TestStore};

    /// Not in a backup: the machinery's own tables, sessions, and what each engine's full text adds.
    const LEFT_OUT: [&str; 6] = [
        "schema_step.",
        "schema_lock.",
        "session.",
        "search_index",
        "complaint_search.docid",
        "complaint_search.words",
    ];

    #[rstest]
    #[case(Engine::Sqlite)]
    #[case(Engine::Postgres)]
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_backup_leaves_no_column_behind(#[case] engine: Engine) {
        let Some(store) = TestStore::on(engine).await else { return };
        let sql = match engine {
            Engine::Sqlite => {
                "SELECT t.name || '.' || c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
                 WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name || '.' || column_name AS text) FROM information_schema.columns \
                 WHERE table_schema = 'public'"
            }
        };
        let found: BTreeSet<String> = store
            .db()
            .all::<(String,)>(sql)
            .await
            .unwrap()
            .into_iter()
            .map(|(column,)| column)
            .filter(|column| !LEFT_OUT.iter().any(|other| column.starts_with(other)))
            .collect();
        let listed = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name)))
            .collect();
        assert_eq!(found, listed);
    }
}
