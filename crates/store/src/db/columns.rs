//! Many rows as PostgreSQL takes them quickest: a list of values for each column, whose number does not change the text.

use std::fmt::Write as _;

use uuid::Uuid;

use super::Arg;

/// What one `$n` of a statement stands for on PostgreSQL.
#[derive(Debug)]
pub(crate) enum Given {
    One(Arg),
    Ints(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Bools(Vec<Option<bool>>),
    Texts(Vec<Option<String>>),
    Uuids(Vec<Option<Uuid>>),
    Blobs(Vec<Option<Vec<u8>>>),
}

impl Given {
    fn column_for(first: &Arg, rows: usize) -> Self {
        match first {
            Arg::Int(_) => Self::Ints(Vec::with_capacity(rows)),
            Arg::Real(_) => Self::Reals(Vec::with_capacity(rows)),
            Arg::Bool(_) => Self::Bools(Vec::with_capacity(rows)),
            Arg::Text(_) => Self::Texts(Vec::with_capacity(rows)),
            Arg::Uuid(_) => Self::Uuids(Vec::with_capacity(rows)),
            Arg::Blob(_) => Self::Blobs(Vec::with_capacity(rows)),
        }
    }

    fn push(&mut self, arg: Arg) {
        match (self, arg) {
            (Self::Ints(column), Arg::Int(value)) => column.push(value),
            (Self::Reals(column), Arg::Real(value)) => column.push(value),
            (Self::Bools(column), Arg::Bool(value)) => column.push(value),
            (Self::Texts(column), Arg::Text(value)) => column.push(value),
            (Self::Uuids(column), Arg::Uuid(value)) => column.push(value),
            (Self::Blobs(column), Arg::Blob(value)) => column.push(value),
            (column, arg) => unreachable!("rows of one statement have the types of its first: {column:?}, {arg:?}"),
        }
    }
}

/// Rows of that many values, as their columns.
pub(super) fn transposed(values: Vec<Arg>, width: usize) -> Vec<Given> {
    let rows = values.len() / width;
    let mut columns: Vec<Given> = values[..width].iter().map(|first| Given::column_for(first, rows)).collect();
    for (at, value) in values.into_iter().enumerate() {
        columns[at % width].push(value);
    }
    columns
}

/// Rows given as so many columns behind so many other arguments.
pub(super) fn unnested(before: usize, width: usize) -> String {
    let (mut listed, mut names) = ("SELECT * FROM unnest(".to_owned(), String::new());
    let mut separator = "";
    for column in 1..=width {
        let _ = write!(listed, "{separator}${}", before + column);
        let _ = write!(names, "{separator}column{column}");
        separator = ", ";
    }
    let _ = write!(listed, ") AS rows ({names})");
    listed
}
