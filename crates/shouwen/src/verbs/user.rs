//! `shouwen user`: people, before anybody can sign in.

use std::io::Read;
use std::process::ExitCode;

use anyhow::bail;
use app::clock::fresh_token;
use app::desk::{Desk, NewPerson, PersonRefused};
use app::post::Post;
use domain::person::Person;
use serde_json::json;

use super::desk_of;
use crate::cli::{Common, User};
use crate::say::{line, refuse, say};

/// Adds, changes or lists people.
pub async fn run(common: &Common, verb: User) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    let house = desk.house();
    match verb {
        User::Add { sign_in, role, name, department, organisation, mail, password_stdin } => {
            if !mail.as_deref().is_none_or(Post::is_address) {
                return Err(refuse(&PersonRefused::Mail.told()));
            }
            let (password, made) = password(password_stdin)?;
            let name = name.unwrap_or_else(|| sign_in.clone());
            let new = NewPerson { sign_in, name, role, department, organisation, password: password.clone() };
            let person = desk.add_person(&house, new).await?.map_err(|refused| refuse(&refused.told()))?;
            if mail.is_some() {
                let set = desk.set_mail(&house, person.id, mail.as_deref()).await?;
                set.map_err(|refused| refuse(&refused.told()))?;
            }
            tell(common, &person, made.then_some(password))?;
        }
        User::Mail { sign_in, mail } => {
            let person = named(&desk, &sign_in).await?;
            let set = desk.set_mail(&house, person.id, mail.as_deref()).await?;
            set.map_err(|refused| refuse(&refused.told()))?;
            if common.json {
                line(json!({"sign_in": person.sign_in, "mail": mail}))?;
            } else {
                line(format_args!("{}\t{}", person.sign_in, mail.unwrap_or_default()))?;
            }
        }
        User::Passwd { sign_in, password_stdin } => {
            let (password, made) = password(password_stdin)?;
            let person = named(&desk, &sign_in).await?;
            let set = desk.set_password(&house, person.id, password.clone()).await?;
            set.map_err(|refused| refuse(&refused.told()))?;
            tell(common, &person, made.then_some(password))?;
        }
        User::List => {
            let people = desk.people().await?;
            if common.json {
                line(json!(people))?;
            } else {
                for person in people {
                    let state = if person.active { say("在用", "active") } else { say("停用", "off") };
                    let organisation = person.organisation.unwrap_or_default();
                    line(format_args!(
                        "{}\t{}\t{}\t{}\t{organisation}\t{state}",
                        person.sign_in, person.role, person.name, person.department
                    ))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The person of that sign-in name.
async fn named(desk: &Desk, sign_in: &str) -> anyhow::Result<Person> {
    let people = desk.people().await?;
    let Some(person) = people.into_iter().find(|person| person.sign_in == sign_in) else {
        bail!(say(format!("没有这个登录名：{sign_in}"), format!("no such sign-in name: {sign_in}")))
    };
    Ok(person)
}

/// The password from standard input, or a fresh one and that it was made.
fn password(from_stdin: bool) -> anyhow::Result<(String, bool)> {
    if !from_stdin {
        return Ok((fresh_token()[..16].to_owned(), true));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok((text.trim_end_matches(['\r', '\n']).to_owned(), false))
}

fn tell(common: &Common, person: &Person, made: Option<String>) -> anyhow::Result<()> {
    if common.json {
        line(json!({"sign_in": person.sign_in, "role": person.role, "password": made}))?;
    } else {
        line(format_args!("{}\t{}\t{}", person.sign_in, person.role, made.unwrap_or_default()))?;
    }
    Ok(())
}
