//! The description of the open API as a page people can read, made from the same tables as the API itself.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};

use super::DOCUMENT;
use super::class::{Attribute, Kind, Rule};
use super::error::ApiError;
use super::tmf621::attributes::{PLACE, TICKET};
use super::tmf621::status::Status;
use super::tmf621::{SCHEMA, TICKETS};
use crate::Web;
use crate::context::Ask;
use crate::i18n::Lang;

/// `GET /api`.
pub async fn show(State(web): State<Web>, ask: Ask) -> Response {
    let page = Reference {
        zh: ask.reader.lang == Lang::Zh,
        base: web.public_url(),
        demo: web.is_demo(),
        document: DOCUMENT,
        moves: moves(),
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the API reference could not be written");
            ApiError::internal().into_response()
        }
    }
}

/// The page. Its texts stand here in both languages: it is the only page for people who are no users of the product.
#[derive(Template)]
#[template(path = "api_reference.html")]
struct Reference<'a> {
    zh: bool,
    base: &'a str,
    demo: bool,
    document: &'static str,
    moves: Vec<(&'static str, String)>,
}

impl Reference<'_> {
    fn t(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.zh { zh } else { en }
    }

    fn tickets(&self) -> String {
        format!("{}{TICKETS}", self.base)
    }

    fn schema(&self) -> String {
        format!("{}{SCHEMA}", self.base)
    }

    /// Name, type, who writes it, meaning.
    fn attributes(&self) -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
        TICKET.attributes.iter().map(|attribute| self.row(attribute)).collect()
    }

    fn place(&self) -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
        PLACE.attributes.iter().map(|attribute| self.row(attribute)).collect()
    }

    fn row(&self, attribute: &'static Attribute) -> (&'static str, &'static str, &'static str, &'static str) {
        let kind = match attribute.kind {
            Kind::Text | Kind::Words | Kind::OneOf(_) => "string",
            Kind::Time => "date-time",
            Kind::Number => "number",
            Kind::Flag => "boolean",
            Kind::Object(class) | Kind::List(class) => class.name,
        };
        let rule = match attribute.rule {
            Rule::Mandatory => self.t("必填，可改", "mandatory, may change"),
            Rule::Free => self.t("可填，可改", "optional, may change"),
            Rule::AtCreation => self.t("仅创建时", "at creation only"),
            Rule::Server => self.t("服务器", "the server's own"),
            Rule::ByPatch => self.t("以 PATCH 改", "by PATCH"),
        };
        let about = attribute.about.split_once(" · ").map_or(attribute.about, |(zh, en)| if self.zh { zh } else { en });
        (attribute.name, kind, rule, about)
    }
}

/// From which status to which.
fn moves() -> Vec<(&'static str, String)> {
    Status::ALL
        .into_iter()
        .map(|from| (from.as_str(), from.next().iter().map(|to| to.as_str()).collect::<Vec<_>>().join(" · ")))
        .collect()
}
