//! The 《重大投诉申告表》 as the record answers it, and as a sheet of paper (M8).

use domain::access::Scope;
use domain::complaint::Complaint;
use domain::declaration::{Declaration, prefill};
use domain::person::Viewer;

use super::{Desk, DeskError};
use crate::pdf::{Filed, Sheet};

impl Desk {
    /// The complaint people quote by that number.
    pub async fn by_number(&self, viewer: &Viewer, number: &str) -> Result<Option<Complaint>, DeskError> {
        Ok(self.store.complaint_by_number(&Scope::of(viewer), number).await?)
    }

    /// The first report, filled in from the journal and the latest frozen check; what the record does not say is empty.
    pub async fn prefilled_declaration(
        &self,
        viewer: &Viewer,
        complaint: &Complaint,
    ) -> Result<Declaration, DeskError> {
        let entries = self.entries(viewer, complaint.id).await?;
        let check = match complaint.checks.last() {
            Some(check) => self.evidence(viewer, complaint.id, check.ordinal).await?,
            None => None,
        };
        Ok(prefill(complaint, &entries, check.as_ref(), self.now(), &self.calendar()))
    }

    /// 申告表 as it was last saved; as the record fills it in where nobody has written one yet.
    pub async fn declaration(&self, viewer: &Viewer, complaint: &Complaint) -> Result<Declaration, DeskError> {
        match &complaint.declaration {
            Some(version) => Ok(version.declaration.clone()),
            None => self.prefilled_declaration(viewer, complaint).await,
        }
    }

    /// The sheet of a form, to be [printed](crate::pdf::print).
    pub async fn declaration_sheet(&self, complaint: &Complaint, filed: Filed<'_>) -> Result<Sheet, DeskError> {
        Ok(Sheet::new(complaint, filed, self.is_demo().await?, self.now(), self.calendar().zone()))
    }
}
