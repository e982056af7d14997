//! Complaint numbers, given out in blocks from one row per branch and day, or day and sort.

use jiff::civil::Date;

use crate::db::{Sql, args, retry};
use crate::{Result, Store};

impl Store {
    /// Reserves so many numbers of a day and answers the first. Numbers of a block that is lost are never given again.
    pub async fn reserve_numbers(&self, day: Date, count: u32) -> Result<u32> {
        self.reserve(day.to_string(), count).await
    }

    /// The same of any row of numbers.
    pub(crate) async fn reserve(&self, row: String, count: u32) -> Result<u32> {
        let last = retry(|| async {
            let mut tx = self.db().write().await?;
            let (last,): (i64,) = tx
                .one(Sql::with(
                    "INSERT INTO number_counter (branch_id, day, last) VALUES ($1, $2, $3) \
                     ON CONFLICT (branch_id, day) DO UPDATE SET last = number_counter.last + excluded.last \
                     RETURNING last",
                    args![self.branch().0, row.as_str(), count],
                ))
                .await?
                .expect("an upsert returns its row");
            tx.commit().await?;
            Ok(last)
        })
        .await?;
        Ok((last as u32).saturating_sub(count) + 1)
    }
}
