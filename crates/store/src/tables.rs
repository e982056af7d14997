//! Every table that a backup carries, column by column. A test holds this list to the schema of both engines.

use crate::db::{Kind, Sql};

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
    JOURNAL,
    EVIDENCE,
    Table {
        name: "submission",
        columns: &[("branch_id", Uuid), ("submission_key", Text), ("complaint_id", Uuid), ("seq", Int)],
    },
    Table { name: "complaint_search", columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("tokens", Text)] },
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

/// The columns stand in the order in which a commit writes them.
pub(crate) const COMPLAINT: Table = Table {
    name: "complaint",
    columns: &[
        ("branch_id", Uuid),
        ("id", Uuid),
        ("journal_hash", Blob),
        ("number", Text),
        ("version", Int),
        ("received", Int),
        ("changed", Int),
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
        ("document", Text),
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
    columns: &[("branch_id", Uuid), ("complaint_id", Uuid), ("ordinal", Int), ("digest", Text), ("body", Text)],
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
