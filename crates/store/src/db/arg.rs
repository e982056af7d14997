//! Values that go into statements and, for backup, come out of them.

use domain::time::Timestamp;
use sqlx::{ColumnIndex, Decode, Row, Type};
use uuid::Uuid;

use crate::Error;

/// One value. A missing one keeps its type, which PostgreSQL wants to know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Real(Option<f64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Blob(Option<Vec<u8>>),
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Real,
    Bool,
    Text,
    Uuid,
    Blob,
}

/// Makes a list of arguments.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Arg::from($value)),*] };
}
pub(crate) use args;

macro_rules! from {
    ($($source:ty => $arm:ident, |$value:ident| $with:expr;)+) => {$(
        impl From<$source> for Arg {
            fn from($value: $source) -> Self { Self::$arm(Some($with)) }
        }
        impl From<Option<$source>> for Arg {
            fn from(value: Option<$source>) -> Self { Self::$arm(value.map(|$value| $with)) }
        }
    )+};
}

from! {
    i64 => Int, |value| value;
    u32 => Int, |value| i64::from(value);
    Timestamp => Int, |value| value.as_micros();
    f64 => Real, |value| value;
    bool => Bool, |value| value;
    String => Text, |value| value;
    &str => Text, |value| value.to_owned();
    Uuid => Uuid, |value| value;
    Vec<u8> => Blob, |value| value;
    &[u8] => Blob, |value| value.to_vec();
    [u8; 32] => Blob, |value| value.to_vec();
}

/// The cells of a row in column order.
pub(super) fn cells<R>(row: &R, kinds: &[Kind]) -> Result<Vec<Arg>, Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> f64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Uuid: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let cell = |(at, kind): (usize, &Kind)| {
        Ok(match kind {
            Kind::Int => Arg::Int(row.try_get(at)?),
            Kind::Real => Arg::Real(row.try_get(at)?),
            Kind::Bool => Arg::Bool(row.try_get(at)?),
            Kind::Text => Arg::Text(row.try_get(at)?),
            Kind::Uuid => Arg::Uuid(row.try_get(at)?),
            Kind::Blob => Arg::Blob(row.try_get(at)?),
        })
    };
    kinds.iter().enumerate().map(cell).collect::<Result<_, sqlx::Error>>().map_err(Error::from)
}
