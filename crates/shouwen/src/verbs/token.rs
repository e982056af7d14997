//! `shouwen token`: keys of the machine door.

use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use super::desk_of;
use crate::cli::{Common, Token};
use crate::say::{line, say};

/// Makes, lists or revokes access tokens.
pub async fn run(common: &Common, verb: Token) -> anyhow::Result<ExitCode> {
    let desk = desk_of(common).await?;
    match verb {
        Token::Create { name } => {
            if name.contains(char::is_control) {
                bail!(say(
                    "令牌名里不能有换行、制表等控制字符",
                    "a token's name holds no line breaks, tabs or the like"
                ))
            }
            if name.trim().is_empty() {
                bail!(say("令牌要有名字", "a token needs a name"))
            }
            let secret = desk.create_token(name.trim()).await?;
            if common.json {
                line(json!({"name": name.trim(), "token": secret}))?;
            } else {
                line(secret)?;
            }
        }
        Token::List => {
            let tokens = desk.tokens().await?;
            if common.json {
                let list: Vec<_> = tokens
                    .iter()
                    .map(|token| json!({"name": token.name, "created": token.created, "revoked": token.revoked}))
                    .collect();
                line(json!(list))?;
            } else {
                for token in tokens {
                    let revoked =
                        token.revoked.map(|at| format!("{} {at}", say("已吊销", "revoked"))).unwrap_or_default();
                    line(format_args!("{}\t{}\t{revoked}", token.name, token.created))?;
                }
            }
        }
        Token::Revoke { name } => {
            let revoked = desk.revoke_token(&name).await?;
            if revoked == 0 {
                bail!(say(format!("没有有效的令牌：{name}"), format!("no valid token of that name: {name}")))
            }
            if common.json {
                line(json!({"name": name, "revoked": revoked}))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
