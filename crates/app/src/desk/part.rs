//! Rows as a viewer sees them who does not see the whole complaint (M12).

use std::collections::HashMap;

use domain::access::{Part, Reach, Scope};
use domain::complaint::Complaint;
use domain::id::ComplaintId;
use domain::person::Viewer;
use store::{QueueDue, QueueRow};

use super::{Desk, DeskError};

impl Desk {
    /// The same rows, with what is due first of what this viewer sees: to an outside organisation of its own orders.
    pub(super) async fn own_due(
        &self,
        viewer: &Viewer,
        rows: impl IntoIterator<Item = &mut QueueRow>,
    ) -> Result<(), DeskError> {
        let scope = Scope::of(viewer);
        if !matches!(scope.reach(), Reach::Organisation(_)) {
            return Ok(());
        }
        let rows: Vec<&mut QueueRow> = rows.into_iter().collect();
        let ids: Vec<ComplaintId> = rows.iter().map(|row| row.id).collect();
        let complaints = self.store.several(&scope, &ids).await?;
        let complaints: HashMap<ComplaintId, Complaint> = complaints.into_iter().map(|one| (one.id, one)).collect();
        for row in rows {
            let due = complaints.get(&row.id).and_then(|complaint| Part::of(viewer, complaint).next_due());
            row.due = due.map(|clock| QueueDue {
                kind: clock.kind,
                due: clock.due_or_wakes(),
                warn: clock.warn,
                paused: clock.paused().is_some(),
            });
        }
        Ok(())
    }
}
