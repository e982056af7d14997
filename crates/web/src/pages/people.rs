//! People: the list, somebody new, a new password, switching off. For the administrator.

use app::desk::{NewPerson, PersonRefused};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use domain::id::PersonId;
use domain::person::{Person, Role};

use crate::Web;
use crate::context::{Ask, Frame};
use crate::error::{Answer, Failure, html_with};
use crate::fields::{Field, Kind, Sent, Wrong, choices, refilled};
use crate::reader::Reader;

#[derive(Debug, Template)]
#[template(path = "people.html")]
struct PeoplePage {
    r: Reader,
    frame: Frame,
    people: Vec<(Person, Option<String>)>,
    fields: Vec<Field>,
    open: bool,
    /// What was wrong with somebody's new password.
    notice: Option<String>,
    own: Option<PersonId>,
}

/// The page.
pub async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    page(&web, ask, &Sent::default(), &Wrong::default(), None, StatusCode::OK).await
}

async fn page(web: &Web, ask: Ask, sent: &Sent, wrong: &Wrong, notice: Option<String>, status: StatusCode) -> Answer {
    let mut people = web.desk().people().await?;
    people.sort_by(|one, other| (!one.active, one.role, &one.name).cmp(&(!other.active, other.role, &other.name)));
    let mails = web.desk().mails(ask.viewer()).await?;
    let mail = |id| mails.iter().find(|(known, _)| *known == id).and_then(|(_, reach)| reach.mail.clone());
    let people =
        people.into_iter().map(|person| (mail(person.id), person)).map(|(mail, person)| (person, mail)).collect();
    let fields = refilled(fields(&ask.reader), sent, wrong);
    let own = ask.viewer().person().map(|person| person.id);
    let frame = ask.frame("/people");
    let open = !wrong.is_empty();
    html_with(status, &PeoplePage { frame, people, fields, open, notice, own, r: ask.reader })
}

fn fields(r: &Reader) -> Vec<Field> {
    let line = |name| Field::new(r, name, Kind::Line);
    vec![
        line("sign_in").required().hinting(r.t("hint-sign-in")),
        line("name").required(),
        Field::new(r, "role", Kind::Select(choices::<Role>(r))).required().holding(Role::Handler.as_str()),
        line("department"),
        line("organisation").hinting(r.t("hint-organisation")),
        line("password").required().hinting(r.t("hint-password")),
    ]
}

/// Enters somebody.
pub async fn add(State(web): State<Web>, ask: Ask, sent: Sent) -> Answer {
    let new = match entered(&ask.reader, &sent) {
        Ok(new) => new,
        Err(wrong) => return page(&web, ask, &sent, &wrong, None, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    match web.desk().add_person(ask.viewer(), new).await? {
        Ok(_) => Ok(Redirect::to("/people").into_response()),
        Err(refused) => {
            let mut wrong = Wrong::default();
            let (field, message) = said(refused);
            wrong.say(field, ask.reader.t(message));
            page(&web, ask, &sent, &wrong, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Whoever the form enters. Whether that can be is the desk's to say, not the form's.
pub fn entered(r: &Reader, sent: &Sent) -> Result<NewPerson, Wrong> {
    let mut wrong = Wrong::default();
    let role = sent.choice_or_none(r, "role", &mut wrong);
    if role.is_none() {
        wrong.say("role", r.t("wrong-missing"));
    }
    let new = role.map(|role| NewPerson {
        sign_in: sent.text("sign_in").to_owned(),
        name: sent.text("name").to_owned(),
        role,
        department: sent.text("department").to_owned(),
        organisation: sent.filled("organisation").map(str::to_owned),
        password: sent.raw("password").to_owned(),
    });
    new.ok_or(wrong)
}

const fn said(refused: PersonRefused) -> (&'static str, &'static str) {
    match refused {
        PersonRefused::SignIn => ("sign_in", "wrong-sign-in"),
        PersonRefused::Taken => ("sign_in", "wrong-taken"),
        PersonRefused::Name => ("name", "wrong-missing"),
        PersonRefused::Password => ("password", "wrong-password"),
        PersonRefused::Organisation => ("organisation", "wrong-organisation"),
        PersonRefused::Mail => ("mail", "wrong-mail"),
    }
}

/// Gives somebody a new password; the person's sessions end.
pub async fn password(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = known(&web, &id).await?;
    match web.desk().set_password(ask.viewer(), id, sent.raw("password").to_owned()).await? {
        Ok(()) => Ok(Redirect::to("/people").into_response()),
        Err(refused) => {
            let notice = Some(ask.reader.t(said(refused).1).into_owned());
            let (sent, wrong) = (Sent::default(), Wrong::default());
            page(&web, ask, &sent, &wrong, notice, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Sets somebody's mail address; left empty it is removed.
pub async fn mail(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = known(&web, &id).await?;
    match web.desk().set_mail(ask.viewer(), id, sent.filled("mail")).await? {
        Ok(()) => Ok(Redirect::to("/people").into_response()),
        Err(refused) => {
            let notice = Some(ask.reader.t(said(refused).1).into_owned());
            let (sent, wrong) = (Sent::default(), Wrong::default());
            page(&web, ask, &sent, &wrong, notice, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Switches somebody on or off. Nobody switches off the own account: there might be no other administrator.
pub async fn active(State(web): State<Web>, ask: Ask, Path(id): Path<String>, sent: Sent) -> Answer {
    let id = known(&web, &id).await?;
    let active = sent.text("active") == "yes";
    if !active && ask.viewer().person().is_some_and(|person| person.id == id) {
        let notice = Some(ask.reader.t("wrong-own-account").into_owned());
        let (sent, wrong) = (Sent::default(), Wrong::default());
        return page(&web, ask, &sent, &wrong, notice, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    web.desk().set_active(ask.viewer(), id, active).await?;
    Ok(Redirect::to("/people").into_response())
}

async fn known(web: &Web, id: &str) -> Result<PersonId, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let people = web.desk().people().await?;
    people.iter().find(|person| person.id == id).map(|person| person.id).ok_or(Failure::NotFound)
}
