//! The 《重大投诉申告表》 on a page: as the record fills it in, as a form to complete, and as what a version changed (M8).

use app::pdf;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use domain::complaint::Complaint;
use domain::declaration::{Change, Declaration, Need, Part, Piece, Urgency, Value, changes, missing};

use domain::journal::Event;
use domain::policy::Policy;

use super::act::offers;
use super::complaint::load;
use super::workbench::rendered;
use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html};
use crate::fields::{Choice, Field, Kind, Sent, Wrong};
use crate::reader::Reader;

#[derive(Debug, Template)]
#[template(path = "declaration.html")]
struct Page {
    r: Reader,
    frame: Frame,
    complaint: Complaint,
    report: String,
    rows: Vec<Row>,
    lacking: Vec<&'static str>,
    /// What the last version changed of the one before, where there are two.
    changes: Option<String>,
}

/// One part as it is read.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its title.
    pub title: &'static str,
    /// What it says; empty where nothing does.
    pub said: String,
    /// Whether the form lacks it.
    pub missing: bool,
}

/// The form as the record fills it in, with what is missing.
pub async fn show(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let complaint = load(&web, &ask, &id).await?;
    let declaration = web.desk().declaration(ask.viewer(), &complaint).await?;
    let entries = web.desk().entries(ask.viewer(), complaint.id).await?;
    let frame = ask.frame("/workbench");
    let r = ask.reader;
    let lacking = missing(&declaration).into_iter().map(|part| r.pick(part.title())).collect();
    let report = report(&r, &declaration);
    let rows = rows(&r, &declaration);
    let versions = entries.iter().flat_map(|entry| &entry.events).filter_map(|event| match event {
        Event::DeclarationWritten { version, .. } => Some(&version.declaration),
        _ => None,
    });
    let versions: Vec<&Declaration> = versions.collect();
    let changes = match versions[..] {
        [.., before, after] => Some(changed(&r, before, after)?),
        _ => None,
    };
    html(&Page { r, frame, complaint, report, rows, lacking, changes })
}

/// The same as a sheet of paper, marked as a draft until it was handed in.
pub async fn print(State(web): State<Web>, ask: Ask, Path(id): Path<String>) -> Answer {
    let complaint = load(&web, &ask, &id).await?;
    let sheet = web.desk().declaration_paper(ask.viewer(), &complaint).await?;
    let printed = pdf::print(sheet).await.map_err(|error| {
        tracing::error!(%error, "a declaration form");
        Failure::Broken
    })?;
    let name = format!("inline; filename=\"{}.pdf\"", complaint.number);
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("inline"));
    let kind = HeaderValue::from_static("application/pdf");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], printed.pdf).into_response())
}

/// The kind of report with its ordinal.
pub fn report(r: &Reader, declaration: &Declaration) -> String {
    r.both("declaration-report", r.pick(declaration.report.title()), declaration.ordinal)
}

/// The parts a form's report asks for, as they are read.
pub fn rows(r: &Reader, declaration: &Declaration) -> Vec<Row> {
    let lacking = missing(declaration);
    let row = |part: Part| Row {
        title: r.pick(part.title()),
        said: said(r, declaration.value(part)),
        missing: lacking.contains(&part),
    };
    asked(declaration).map(row).collect()
}

fn asked(declaration: &Declaration) -> impl Iterator<Item = Part> {
    let report = declaration.report;
    Part::ALL.into_iter().filter(move |part| part.need(report) != Need::Absent)
}

/// A value in the reader's language.
fn said(r: &Reader, value: Value<'_>) -> String {
    match value {
        Value::Urgency(urgency) => urgency.map_or_else(String::new, |urgency| r.pick(urgency.title()).to_owned()),
        Value::Moment(at) => at.map_or_else(String::new, |at| r.full(&at)),
        Value::Words(_) | Value::Interface(_) => value.said(&r.zone),
    }
}

/// The fields of a form to complete; what is missing says so. An unfinished form may be saved, so only handing it in asks
/// for the required parts.
pub fn fields(r: &Reader, declaration: &Declaration, submit: bool, policy: &Policy) -> Vec<Field> {
    let lacking = missing(declaration);
    let filled_in = |part: Part| {
        let field = field(r, declaration, part);
        let field = if part == Part::Interface { field.offering(offers::interfaces(r, policy)) } else { field };
        let field = if submit && part.need(declaration.report) == Need::Required { field.required() } else { field };
        if lacking.contains(&part) { field.hinting(r.t("hint-part-missing")) } else { field }
    };
    asked(declaration).map(filled_in).collect()
}

fn field(r: &Reader, declaration: &Declaration, part: Part) -> Field {
    let (kind, value) = match declaration.value(part) {
        Value::Words(words) => (Kind::Area, words.to_owned()),
        Value::Interface(interface) => {
            (Kind::Line, interface.map_or_else(String::new, |interface| interface.as_str().to_owned()))
        }
        Value::Urgency(urgency) => {
            let choice =
                |urgency: Urgency| Choice { value: urgency.as_str().into(), label: r.pick(urgency.title()).to_owned() };
            let chosen = urgency.map_or_else(String::new, |urgency| urgency.as_str().to_owned());
            (Kind::Radios(Urgency::ALL.into_iter().map(choice).collect()), chosen)
        }
        Value::Moment(at) => (Kind::When, at.map_or_else(String::new, |at| r.input(&at))),
    };
    Field::titled(part.as_str(), r.pick(part.title()), kind).holding(value)
}

/// A form with what was sent written into it; what does not fit is said, and leaves its part as it was.
pub fn completed(r: &Reader, mut declaration: Declaration, sent: &Sent) -> (Declaration, Wrong) {
    let mut wrong = Wrong::default();
    for part in asked(&declaration).filter(|part| sent.has(part.as_str())).collect::<Vec<_>>() {
        if let Err(refused) = declaration.write(part, sent.text(part.as_str()), &r.zone) {
            wrong.say(part.as_str(), r.say(&refused.told()));
        }
    }
    (declaration, wrong)
}

/// A part that reads otherwise than before.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its title.
    pub title: &'static str,
    /// Its words, kept, removed and added.
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Template)]
#[template(path = "declaration_changes.html")]
struct Changes {
    r: Reader,
    changed: Vec<Changed>,
}

/// What a version changed of the one before, for a review.
pub fn changed(r: &Reader, before: &Declaration, after: &Declaration) -> Result<String, Failure> {
    let told = |change: Change<'_>| {
        let whole = [Piece::Removed(said(r, change.before)), Piece::Added(said(r, change.after))];
        let pieces = if change.pieces.is_empty() { whole.into() } else { change.pieces };
        Changed { title: r.pick(change.part.title()), pieces }
    };
    let changed = changes(before, after).into_iter().map(told).collect();
    rendered(&Changes { r: r.clone(), changed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn m8_the_form_marks_what_is_missing_and_takes_what_is_sent() {
        let r = Reader::sample(Lang::Zh);
        let (form_of, wrong) = completed(
            &r,
            Declaration::default(),
            &Sent::from([
                ("problem", "全楼无信号 <b>"),
                ("next_report", "2026-03-04T14:00"),
                ("urgency", "urgent"),
                ("claim", "无"),
            ]),
        );
        assert!(wrong.is_empty());
        assert_eq!(said(&r, form_of.value(Part::NextReport)), "2026-03-04 14:00");
        let shown = fields(&r, &form_of, false, Policy::standard());
        assert!(shown.iter().any(|field| field.name == "problem" && field.value == "全楼无信号 <b>"));
        let marked = shown.iter().filter(|field| field.hint.is_some()).count();
        assert_eq!(marked, missing(&form_of).len());
        assert!(
            shown.iter().all(|field| !field.required)
                && fields(&r, &form_of, true, Policy::standard()).iter().any(|field| field.required)
        );
        assert!(missing(&form_of).contains(&Part::Claim), "无 fills nothing");

        let (kept, wrong) = completed(&r, form_of.clone(), &Sent::from([("next_report", "明天"), ("problem", "改")]));
        assert_eq!((kept.next_report, kept.problem.as_str()), (form_of.next_report, "改"));
        assert!(wrong.of("next_report").is_some_and(|why| why.contains("不是时间")));
    }

    #[test]
    fn m8_a_review_shows_removed_and_added_words() {
        let r = Reader::sample(Lang::Zh);
        let before = Declaration { problem: "三楼无信号".into(), ..Declaration::default() };
        let after =
            Declaration { problem: "五楼无信号".into(), urgency: Some(Urgency::Urgent), ..Declaration::default() };
        let page = changed(&r, &before, &after).expect("a view");
        assert!(page.contains("<del>三</del><ins>五</ins>楼无信号"), "{page}");
        assert!(page.contains("<ins>紧急</ins>"), "{page}");
        assert!(changed(&r, &after, &after).expect("a view").contains(&*r.t("declaration-unchanged")));
    }
}
