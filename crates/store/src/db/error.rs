//! What the engines report, translated into what the caller can do.

use sqlx::error::ErrorKind;

use crate::{Duplicate, Error};

/// PostgreSQL: serialisation failure, deadlock, idle for too long within a transaction, too many connections, shutting down, cannot
/// connect now, ended for being idle.
/// SQLite: the BUSY and LOCKED family.
const TRANSIENT: [&str; 12] =
    ["40001", "40P01", "25P03", "53300", "57P01", "57P02", "57P03", "57P05", "5", "6", "261", "517"];

/// PostgreSQL: disk full. SQLite: FULL, and what it says of the files beside its own on a full disk.
const FULL: [&str; 4] = ["53100", "13", "778", "4874"];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(report) => {
                if report.code().is_some_and(|code| TRANSIENT.contains(&code.as_ref())) {
                    return Self::Transient(error.to_string());
                }
                if report.code().is_some_and(|code| FULL.contains(&code.as_ref())) {
                    return Self::Full(error.to_string());
                }
                match report.kind() {
                    ErrorKind::UniqueViolation => {
                        Self::Duplicate(which(report.constraint().unwrap_or_else(|| report.message())))
                    }
                    _ => Self::Database(error),
                }
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Transient(error.to_string())
            }
            sqlx::Error::Tls(_) => Self::refused(
                format!(
                    "数据库的证书不被接受：{error}。本机或可信线路请在地址后加 ?sslmode=disable，否则请给服务器配好证书并用 verify-full"
                ),
                format!(
                    "the database's certificate is not accepted: {error}. On this machine or a trusted line add \
                     ?sslmode=disable to the address, elsewhere give the server a proper certificate and use verify-full"
                ),
            ),
            sqlx::Error::RowNotFound => Self::NotFound,
            _ => Self::Database(error),
        }
    }
}

/// SQLite names the columns, PostgreSQL the index; both contain one of these.
fn which(constraint: &str) -> Duplicate {
    let has = |part: &str| constraint.contains(part);
    if has("upstream") {
        Duplicate::Upstream
    } else if has("submission") {
        Duplicate::Submission
    } else if has("complaint.number") || has("complaint_number") {
        Duplicate::Number
    } else if has("complaint.branch_id, complaint.id") || has("complaint_pkey") {
        Duplicate::Complaint
    } else if has("sign_in") {
        Duplicate::SignIn
    } else if has("token.name") || has("token_name") || has("token.branch_id, token.name") {
        Duplicate::TokenName
    } else {
        Duplicate::Key
    }
}
