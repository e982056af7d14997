//! Complaint numbers by the branch's day, reserved in blocks so that intake needs no extra write.

use std::collections::HashMap;

use domain::id::ComplaintNumber;
use jiff::civil::Date;
use store::Store;
use tokio::sync::Mutex;

use super::DeskError;

/// How many numbers are reserved at a time. What is left of a block at a stop is a gap in the numbers, never a repeat.
const BLOCK: u32 = 64;

/// The numbers reserved and not yet given.
#[derive(Debug, Default)]
pub struct Numbers(Mutex<HashMap<Date, std::ops::Range<u32>>>);

impl Numbers {
    /// Reserves as many numbers of a day as are about to be given, in place of any reserved before.
    pub async fn reserve(&self, store: &Store, day: Date, count: u32) -> Result<(), DeskError> {
        let first = store.reserve_numbers(day, count).await?;
        self.0.lock().await.insert(day, first..first + count);
        Ok(())
    }

    /// The next number of that day.
    pub async fn give(&self, store: &Store, day: Date) -> Result<ComplaintNumber, DeskError> {
        let mut reserved = self.0.lock().await;
        let block = reserved.entry(day).or_insert(0..0);
        if let Some(sequence) = Iterator::next(block) {
            return Ok(ComplaintNumber::new(day, sequence));
        }
        let first = store.reserve_numbers(day, BLOCK).await?;
        *block = first + 1..first + BLOCK;
        Ok(ComplaintNumber::new(day, first))
    }
}
