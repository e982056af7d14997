//! A complaint's page: the case with the queue beside it, or the case alone for a live refresh.

use app::desk::DeskError;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse};
use domain::access::Part;
use domain::complaint::Complaint;
use domain::id::ComplaintId;
use domain::journal::MaskedField;
use domain::spot::ProblemLocation;

use super::view::case::{CaseParts, CaseView};
use super::view::check::CheckView;
use super::view::{self, Row};
use super::workbench::{Wish, Workbench, help_part, queue_part, rendered};
use crate::Web;
use crate::context::Ask;
use crate::error::{Answer, Failure, html};

/// An id of an address; one that is none leads to nothing, like one nobody has.
pub fn id_of(text: &str) -> Result<ComplaintId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The whole page, or for htmx its case and help.
pub async fn show(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let complaint = load(&web, &ask, &id).await?;
    page(&web, &ask, complaint, None, None).await
}

/// The case alone.
pub async fn case(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let complaint = load(&web, &ask, &id).await?;
    html(&of(&web, &ask, complaint, None).await?)
}

/// A former check, as it was frozen.
pub async fn check(State(web): State<Web>, ask: Ask, Path((id, ordinal)): Path<(String, String)>) -> Answer {
    let ordinal = ordinal.parse().map_err(|_| Failure::NotFound)?;
    let check = web.desk().evidence(ask.viewer(), id_of(&id)?, ordinal).await?.ok_or(Failure::NotFound)?;
    html(&CheckView::with_map(&ask.reader, check))
}

/// The complaint of an address.
pub async fn load(web: &Web, ask: &Ask, id: &str) -> Result<Complaint, Failure> {
    web.desk().complaint(ask.viewer(), id_of(id)?).await?.ok_or(Failure::NotFound)
}

/// The case of a complaint.
pub async fn of(
    web: &Web,
    ask: &Ask,
    complaint: Complaint,
    revealed: Option<(MaskedField, String)>,
) -> Result<CaseView, Failure> {
    let viewer = ask.viewer();
    let last = complaint.checks.iter().map(|check| check.ordinal).max();
    let evidence = async {
        match last {
            Some(ordinal) => web.desk().evidence(viewer, complaint.id, ordinal).await,
            None => Ok(None),
        }
    };
    let known = known(web, ask, &complaint);
    let (entries, check, known) = tokio::join!(web.desk().entries(viewer, complaint.id), evidence, known);
    let entries = Part::of(viewer, &complaint).entries(entries?);
    let parts = CaseParts { entries, check: check?, known: known?, complaint, revealed };
    Ok(CaseView::of(web, &ask.reader, viewer, parts))
}

/// The problem location it belongs to, and the open ones that speak for its place.
async fn known(web: &Web, ask: &Ask, complaint: &Complaint) -> Result<Vec<ProblemLocation>, DeskError> {
    let point = complaint.place.point.map(|point| point.wgs84);
    let own = web.desk().location_of_complaint(ask.viewer(), complaint.id);
    let (own, around) = tokio::join!(own, web.desk().known_locations(ask.viewer(), point));
    let (own, around) = (own?, around?);
    let others = around.into_iter().filter(|spot| own.as_ref().is_none_or(|own| own.id != spot.id));
    let others: Vec<_> = others.collect();
    Ok(own.into_iter().chain(others).collect())
}

/// The page of a complaint with a form opened, or a masked value shown this once.
pub async fn page(
    web: &Web,
    ask: &Ask,
    complaint: Complaint,
    form: Option<String>,
    revealed: Option<(MaskedField, String)>,
) -> Answer {
    let id = complaint.id;
    let point = complaint.place.point.map(|point| point.wgs84);
    let near = web.desk().earlier(ask.viewer(), None, point);
    let (case, near) = tokio::join!(of(web, ask, complaint, revealed), near);
    let (mut case, (_, near)) = (case?, near?);
    case.form = form;
    let near: Vec<Row> = view::rows(&ask.reader, near.into_iter().filter(|row| row.id != id).take(6).collect());
    let help = help_part(&ask.reader, Some(near))?;
    let title = case.title();
    let case = rendered(&case)?;
    if ask.htmx {
        return Ok(Html(format!("{case}{help}")).into_response());
    }
    let queue = queue_part(web, ask, &Wish::default(), Some(id)).await?;
    html(&Workbench { r: ask.reader.clone(), frame: ask.frame("/workbench"), title: Some(title), queue, case, help })
}
