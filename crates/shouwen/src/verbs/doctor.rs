//! `shouwen doctor`: what is amiss in a set-up, and what mends it. It looks and changes nothing.

use std::process::ExitCode;

use app::clock::{Clock, SystemClock};
use app::doctor::{self, Finding, Severity};
use serde_json::json;
use store::{Examined, Location};

use super::{desk, sending};
use crate::cli::{Common, DEFAULT_DATA, Doctor, Sending};
use crate::say::{explained, line, say, told};

mod machine;

/// Looks at everything that can be looked at, says how it stands, and fails where something is to be mended.
pub async fn run(common: &Common, options: &Doctor) -> anyhow::Result<ExitCode> {
    let location = common.location(DEFAULT_DATA);
    let mut findings = machine::findings(&location);
    findings.extend(store(&location).await);
    if options.connect {
        findings.extend(connected(&options.sending).await);
    }
    let worst = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Sound);
    if common.json {
        line(json!({"sound": worst < Severity::Error, "findings": findings}))?;
    } else {
        for finding in &findings {
            let how = match finding.severity {
                Severity::Sound => say("正常", "sound"),
                Severity::Warning => say("留意", "warning"),
                Severity::Error => say("待修", "error"),
            };
            line(format_args!("{how}\t{}\t{}", finding.check, told(&finding.text)))?;
        }
    }
    Ok(if worst < Severity::Error { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The database, and where its schema is ours the desk over it: opening one that is behind would bring it forward.
async fn store(location: &Location) -> Vec<Finding> {
    let asked = SystemClock.now();
    let found = match store::examine(location).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            return vec![Finding::error(
                "schema",
                "这里还没有库：先运行 shouwen user add 或 shouwen serve",
                "there is no store here yet: run `shouwen user add` or `shouwen serve` first",
            )];
        }
        Err(error) => return vec![unreachable(&error)],
    };
    let mut findings = doctor::engine(&found, asked, SystemClock.now());
    if found.steps != Examined::LATEST || !app::safekeeping::key_path(location).exists() {
        return findings;
    }
    let looked = match desk(location).await {
        Ok(desk) => doctor::desk(&desk).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    match looked {
        Ok(more) => findings.extend(more),
        Err(error) => {
            let why = explained(&error);
            findings.push(Finding::error("desk", why.clone(), why));
        }
    }
    findings
}

fn unreachable(error: &store::Error) -> Finding {
    let said = error.told();
    let certificate = error.to_string().to_ascii_lowercase().contains("certificate");
    if certificate {
        return Finding::error(
            "database",
            format!("{}（证书不被接受：本机或内网可加 ?sslmode=disable，否则请换用 X.509 v3 证书）", said.zh),
            format!(
                "{} (its certificate is not accepted: on a private line add ?sslmode=disable, else use one of X.509 v3)",
                said.en
            ),
        );
    }
    Finding::error("database", said.zh, said.en)
}

/// Whether what the options send by can be reached.
async fn connected(options: &Sending) -> Vec<Finding> {
    let post = match sending::post(options, "http://localhost") {
        Ok(post) => post,
        Err(error) => return vec![Finding::error("mail", error.to_string(), error.to_string())],
    };
    let Some(smtp) = &post.smtp else {
        return vec![Finding::warning(
            "mail",
            "没有邮件服务器：邮件只留存不发出（--smtp）",
            "there is no mail server: mails are kept and not sent (--smtp)",
        )];
    };
    vec![match smtp.reached().await {
        Ok(()) => Finding::sound("mail", format!("{smtp} 可达"), format!("{smtp} answers")),
        Err(why) => Finding::error("mail", format!("{smtp} 不可用：{why}"), format!("{smtp} cannot be used: {why}")),
    }]
}
