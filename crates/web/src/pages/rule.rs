//! 写成规则条目: what was disputed and decided, and the rule item it becomes (M13).

use app::desk::Dispute;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use domain::complaint::Complaint;
use domain::contact::mask_digits;
use jiff::civil::Date;

use super::complaint::load;
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html_with};
use crate::fields::{Field, Kind, Sent, Wrong, refilled};
use crate::reader::Reader;

#[derive(Debug, Template)]
#[template(path = "rule.html")]
struct RulePage {
    r: Reader,
    frame: Frame,
    c: Complaint,
    dispute: Dispute,
    fields: Vec<Field>,
    from: Date,
    /// Why the policy does not take it.
    refused: Option<String>,
}

/// The form, filled with what was disputed and decided; where it is a rule already, the rule.
pub async fn show(State(web): State<Web>, ask: Ask, Path((id, entry)): Path<(String, String)>) -> Answer {
    let (complaint, dispute) = decided(&web, &ask, &id, &entry).await?;
    let fields = fields(&ask.reader, &complaint, &dispute);
    page(&web, ask, complaint, dispute, fields, None, StatusCode::OK).await
}

/// Makes it one. Sent twice it is the same rule.
pub async fn make(State(web): State<Web>, ask: Ask, Path((id, entry)): Path<(String, String)>, sent: Sent) -> Answer {
    let (complaint, dispute) = decided(&web, &ask, &id, &entry).await?;
    let mut wrong = Wrong::default();
    for name in ["title", "text"] {
        if sent.filled(name).is_none() {
            wrong.say(name, ask.reader.t("wrong-missing"));
        }
    }
    let mut refused = None;
    if wrong.is_empty() {
        let (id, entry) = (complaint.id, dispute.decided.entry);
        match web.desk().make_rule(ask.viewer(), id, entry, sent.text("title"), sent.text("text")).await? {
            Ok(_) => return Ok(Redirect::to(&format!("/complaints/{id}")).into_response()),
            Err(why) => {
                let told = why.told().iter().map(|told| ask.reader.say(told).to_owned()).collect::<Vec<_>>();
                refused = Some(ask.reader.with("rule-refused", told.join(&ask.reader.t("list-semicolon"))));
            }
        }
    }
    let fields = refilled(fields(&ask.reader, &complaint, &dispute), &sent, &wrong);
    page(&web, ask, complaint, dispute, fields, refused, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// The dispute that entry of the complaint's journal decided.
async fn decided(web: &Web, ask: &Ask, id: &str, entry: &str) -> Result<(Complaint, Dispute), Failure> {
    let complaint = load(web, ask, id).await?;
    let entry: u64 = entry.parse().map_err(|_| Failure::NotFound)?;
    let disputes = web.desk().disputes(ask.viewer(), &complaint).await?;
    let dispute = disputes.into_iter().find(|dispute| dispute.decided.entry == entry).ok_or(Failure::NotFound)?;
    Ok((complaint, dispute))
}

fn fields(r: &Reader, c: &Complaint, dispute: &Dispute) -> Vec<Field> {
    let said = |what: &str, text: &str| r.both("rule-said", r.t(what), text);
    let sides = dispute.decided.sides.iter().map(|side| said("rule-disputed", &side.text));
    let lines: Vec<String> = sides.chain([said("rule-decision", &dispute.decided.decision.text)]).collect();
    let (title, text) = (mask_digits(&c.headline()), mask_digits(&lines.join("\n")));
    vec![
        Field::titled("title", &r.t("rule-field-title"), Kind::Line).required().holding(title),
        Field::titled("text", &r.t("rule-field-text"), Kind::Area).required().holding(text),
    ]
}

async fn page(
    web: &Web,
    ask: Ask,
    c: Complaint,
    dispute: Dispute,
    fields: Vec<Field>,
    refused: Option<String>,
    status: StatusCode,
) -> Answer {
    let from = web.desk().rule_day().await?;
    let frame = ask.frame("/workbench");
    html_with(status, &RulePage { r: ask.reader, frame, c, dispute, fields, from, refused })
}
