//! What is amiss in a set-up, and how to mend it: what `shouwen doctor` tells of database and desk. Nothing is changed.

use domain::check::Bilingual;
use domain::clock::{ClockKind, Holder, Rung};
use domain::person::{Person, Role};
use domain::policy::Policy;
use domain::time::Timestamp;
use serde::Serialize;
use store::{Engine, Examined};

use crate::desk::{Desk, DeskError};
use crate::safekeeping::last_backup;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// As it should be.
    Sound,
    /// To be looked at.
    Warning,
    /// To be mended before it is relied on.
    Error,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, by its stable name.
    pub check: &'static str,
    /// How it stands.
    pub severity: Severity,
    /// What was found and, where something is amiss, what mends it.
    pub text: Bilingual,
}

impl Finding {
    /// All is well there.
    pub fn sound(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { check, severity: Severity::Sound, text: Bilingual::new(zh, en) }
    }

    /// Something to look at.
    pub fn warning(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { check, severity: Severity::Warning, text: Bilingual::new(zh, en) }
    }

    /// Something to mend.
    pub fn error(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { check, severity: Severity::Error, text: Bilingual::new(zh, en) }
    }
}

/// What the engine and its settings are like, asked between these two instants of this machine's clock.
pub fn engine(found: &Examined, asked: Timestamp, answered: Timestamp) -> Vec<Finding> {
    let mut findings = vec![schema(found)];
    match found.engine {
        Engine::Sqlite => findings.push(journal(found)),
        Engine::Postgres => {
            findings.push(version(found));
            findings.push(durable(found));
            findings.push(encoding(found));
            findings.push(connections(found));
            findings.push(Finding::sound("extensions", "不需要任何扩展", "no extension is needed"));
            findings.push(skew(found.clock.unwrap_or(asked), asked, answered));
        }
    }
    findings
}

fn schema(found: &Examined) -> Finding {
    let (steps, latest) = (found.steps, Examined::LATEST);
    match steps {
        0 => Finding::error(
            "schema",
            "这里还没有库：先运行 shouwen user add 或 shouwen serve",
            "there is no store here yet: run `shouwen user add` or `shouwen serve` first",
        ),
        steps if steps < latest => Finding::warning(
            "schema",
            format!("结构步骤 {steps}，本程序为 {latest}：下次启动时自动升级；请先备份"),
            format!("schema step {steps}, this program has {latest}: it goes forward at the next start; back up first"),
        ),
        _ => Finding::sound("schema", format!("结构步骤 {steps}"), format!("schema step {steps}")),
    }
}

fn journal(found: &Examined) -> Finding {
    let version = &found.version;
    match found.settings.get("journal_mode").map(String::as_str) {
        Some("wal") => Finding::sound("engine", format!("SQLite {version}，WAL"), format!("SQLite {version}, WAL")),
        _ => Finding::warning(
            "engine",
            format!("SQLite {version}，日志模式不是 WAL：被别的程序改过；服务启动时会改回，请查明是谁改的"),
            format!(
                "SQLite {version}, its journal is not WAL: another program changed it; a service sets it back at its \
                 start, find out who did"
            ),
        ),
    }
}

fn number(found: &Examined, name: &str) -> u32 {
    found.settings.get(name).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn version(found: &Examined) -> Finding {
    let version = &found.version;
    if number(found, "server_version_num") < 150_000 {
        return Finding::error(
            "engine",
            format!("PostgreSQL {version} 太旧：需要 15 或更新的版本"),
            format!("PostgreSQL {version} is too old: 15 or newer is needed"),
        );
    }
    Finding::sound("engine", format!("PostgreSQL {version}"), format!("PostgreSQL {version}"))
}

fn durable(found: &Examined) -> Finding {
    let set = |name: &str| found.settings.get(name).map_or("", String::as_str);
    let off: Vec<&str> = [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]
        .into_iter()
        .filter_map(|(name, off)| (set(name) == off).then_some(name))
        .collect();
    if off.is_empty() {
        let names = "fsync, synchronous_commit, full_page_writes";
        return Finding::sound("durability", format!("{names} 均已打开"), format!("{names} are on"));
    }
    let off = off.join(", ");
    Finding::error(
        "durability",
        format!("{off} 已关闭：断电会丢失已受理的投诉；请在 postgresql.conf、库或账号的设置中打开"),
        format!(
            "{off} is off: a power cut loses complaints that were acknowledged; turn it on in postgresql.conf and in the \
             settings of database and account"
        ),
    )
}

fn encoding(found: &Examined) -> Finding {
    let encoding = found.settings.get("encoding").map_or("", String::as_str);
    if encoding == "UTF8" {
        return Finding::sound("encoding", "UTF8", "UTF8");
    }
    Finding::error(
        "encoding",
        format!("数据库编码为 {encoding}：请用 createdb --encoding UTF8 另建，再从备份恢复"),
        format!(
            "the database's encoding is {encoding}: make another with `createdb --encoding UTF8`, then restore into it"
        ),
    )
}

fn connections(found: &Examined) -> Finding {
    let (most, kept) = (number(found, "max_connections"), number(found, "superuser_reserved_connections"));
    let (free, ours) = (most.saturating_sub(kept), Examined::CONNECTIONS);
    let nodes = free / ours;
    match nodes {
        0 => Finding::error(
            "connections",
            format!("max_connections={most}，一个进程最多用 {ours} 个连接：请调到 {} 以上", ours + kept + 10),
            format!("max_connections={most}, one process may use {ours}: set it to {} or more", ours + kept + 10),
        ),
        nodes => Finding::sound(
            "connections",
            format!("max_connections={most}，可供 {nodes} 个进程（每个最多 {ours} 个）"),
            format!("max_connections={most}, enough for {nodes} processes of at most {ours} each"),
        ),
    }
}

/// The database answered at some time between: only what lies outside is a difference.
fn skew(clock: Timestamp, asked: Timestamp, answered: Timestamp) -> Finding {
    let micros = (asked.as_micros() - clock.as_micros()).max(clock.as_micros() - answered.as_micros()).max(0);
    let seconds = micros as f64 / 1e6;
    let (zh, en) = (
        format!("数据库与本机的时钟相差 {seconds:.1} 秒"),
        format!("the clocks of database and machine are {seconds:.1} s apart"),
    );
    match micros {
        ..1_000_000 => Finding::sound("clock", zh, en),
        1_000_000..30_000_000 => {
            Finding::warning("clock", format!("{zh}：请用 NTP 对时"), format!("{en}: keep both by NTP"))
        }
        30_000_000.. => Finding::error(
            "clock",
            format!("{zh}：时限会算错，请用 NTP 对时"),
            format!("{en}: limits go wrong, keep both by NTP"),
        ),
    }
}

/// What the desk is like: calendar, policy, people, what goes out, what happens by itself, the last backup.
pub async fn desk(desk: &Desk) -> Result<Vec<Finding>, DeskError> {
    let now = desk.now();
    let mut findings = vec![calendar(desk), policy(desk).await?];
    if !desk.store().writes_through().await? {
        findings.push(Finding::error(
            "durability",
            "SQLite 没有以 synchronous=FULL 写入：断电会丢失已受理的投诉",
            "SQLite does not write with synchronous=FULL: a power cut loses what was acknowledged",
        ));
    }
    findings.extend(people(&desk.people().await?, &desk.rules().policy));
    let sample = desk.store().sample(now).await?;
    findings.push(outbox(&sample, now));
    findings.push(ticking(&sample, now));
    findings.push(backup(last_backup(desk.store()).await?, now));
    Ok(findings)
}

fn calendar(desk: &Desk) -> Finding {
    let (calendar, year) = (desk.calendar(), desk.today().year());
    let known = |wanted: i16| calendar.years().any(|(year, _)| year == wanted);
    match (known(year), known(year + 1)) {
        (false, _) => Finding::error(
            "calendar",
            format!("没有 {year} 年的节假日：工作时间会算错；请更新程序，或按 docs/calendar.md 补上"),
            format!(
                "the holidays of {year} are not known: working time goes wrong; update the program, or see docs/calendar.md"
            ),
        ),
        (true, false) => Finding::warning(
            "calendar",
            format!("没有 {} 年的节假日：国务院公布后请更新", year + 1),
            format!("the holidays of {} are not known yet: update once they are announced", year + 1),
        ),
        (true, true) => {
            let both = format!("{year}, {}", year + 1);
            Finding::sound("calendar", both.clone(), both)
        }
    }
}

async fn policy(desk: &Desk) -> Result<Finding, DeskError> {
    for version in desk.store().policies().await? {
        if let Err(problems) = Policy::stored(&version.text) {
            let (number, first) = (version.version, problems.first().map(domain::policy::Problem::told));
            let first = first.unwrap_or_else(|| Bilingual::new("", ""));
            return Ok(Finding::error(
                "policy",
                format!("策略第 {number} 版读不懂，它之前的一版继续有效（{}）：请导入改正的一版", first.zh),
                format!(
                    "version {number} of the policy cannot be read, the one before stays in force ({}): import a mended one",
                    first.en
                ),
            ));
        }
    }
    Ok(match desk.rules().version {
        0 => Finding::sound("policy", "自带的策略有效", "the shipped policy is in force"),
        number => Finding::sound("policy", format!("第 {number} 版有效"), format!("version {number} is in force")),
    })
}

/// Whether every rung reaches somebody: itself, or whoever stands above it.
fn people(people: &[Person], policy: &Policy) -> Vec<Finding> {
    let staffed = |role: Role| people.iter().any(|person| person.active && person.role == role);
    let mut findings = Vec::new();
    if !staffed(Role::Administrator) {
        findings.push(Finding::error(
            "administrator",
            "没有在用的管理员：shouwen user add NAME --role administrator",
            "no administrator is in use: shouwen user add NAME --role administrator",
        ));
    }
    let (mut nobody, mut passed_over) = (Vec::new(), Vec::new());
    for kind in ClockKind::ALL {
        for rung in Rung::ALL {
            for holder in policy.holders(kind, rung) {
                let Holder::Role(role) = holder else { continue };
                let above = || policy.above(kind, rung).into_iter().any(staffed);
                if !staffed(*role) {
                    let list = if above() { &mut passed_over } else { &mut nobody };
                    list.push((*role, format!("{}/{}", kind.as_str(), rung.as_str())));
                }
            }
        }
    }
    if let Some((role, rung)) = nobody.first() {
        findings.push(Finding::error(
            "ladder",
            format!("{} 级没有任何人会被通知，如 {rung}（{role}）：请为该角色或其上级录入人员", nobody.len()),
            format!(
                "{} rungs reach nobody at all, {rung} ({role}) for one: enter somebody of that role or above it",
                nobody.len()
            ),
        ));
    } else if passed_over.is_empty() {
        findings.push(Finding::sound("ladder", "每一级都有人", "somebody stands behind every rung"));
    }
    let mut roles: Vec<&str> = passed_over.iter().map(|(role, _)| role.as_str()).collect();
    roles.sort_unstable();
    roles.dedup();
    if !roles.is_empty() {
        let roles = roles.join(", ");
        findings.push(Finding::warning(
            "ladder",
            format!("这些角色没有在用的人员，改为通知上一级：{roles}"),
            format!("nobody in use holds these roles, the next above is told instead: {roles}"),
        ));
    }
    findings
}

fn outbox(sample: &store::Sample, now: Timestamp) -> Finding {
    const STUCK: i64 = 3_600;
    let since = sample.oldest_try.map_or(0, |due| now.seconds_since(due));
    let (waiting, failed) = (sample.waiting, sample.failed);
    if since > STUCK {
        let minutes = since / 60;
        return Finding::error(
            "outbox",
            format!(
                "外发卡住：{waiting} 封在等，最早的已过 {minutes} 分钟；请看服务是否在运行、邮件服务器是否可达（--connect）"
            ),
            format!(
                "the outbox is stuck: {waiting} wait, the oldest for {minutes} minutes; see whether a service runs and the mail \
                 server can be reached (--connect)"
            ),
        );
    }
    if failed > 0 {
        return Finding::warning(
            "outbox",
            format!("{failed} 封没有送达也没有处理：见“外发”页"),
            format!("{failed} did not go out and nobody put them aside: see the page “Outbox”"),
        );
    }
    Finding::sound("outbox", format!("{waiting} 封在等"), format!("{waiting} wait"))
}

fn ticking(sample: &store::Sample, now: Timestamp) -> Finding {
    const LATE: i64 = 300;
    let since = sample.next_tick.map_or(0, |due| now.seconds_since(due));
    if since > LATE {
        let minutes = since / 60;
        return Finding::error(
            "ticking",
            format!("到期的提醒已有 {minutes} 分钟没有处理：请启动服务（shouwen serve）"),
            format!("what is due by itself has waited for {minutes} minutes: start a service (shouwen serve)"),
        );
    }
    Finding::sound("ticking", "没有积压的到期事项", "nothing that is due waits")
}

fn backup(last: Option<Timestamp>, now: Timestamp) -> Finding {
    let Some(last) = last else {
        return Finding::warning(
            "backup",
            "从未备份：见 shouwen backup，放进定时任务",
            "there never was a backup: see `shouwen backup`, and let a timer do it",
        );
    };
    let days = now.seconds_since(last) / 86_400;
    let (zh, en) = (format!("最近一次备份在 {days} 天前"), format!("the last backup is {days} days old"));
    match days {
        ..=2 => Finding::sound("backup", zh, en),
        3..=7 => Finding::warning("backup", zh, en),
        _ => Finding::error(
            "backup",
            format!("{zh}：请备份，并查看定时任务"),
            format!("{en}: back up, and look at the timer"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_772_586_900_000_000);

    #[test]
    fn clocks_apart_are_told_beyond_the_time_it_took_to_ask() {
        let (asked, answered) = (NOW, NOW.plus_seconds(2));
        let at = |seconds| skew(NOW.plus_seconds(seconds), asked, answered).severity;
        assert_eq!([at(0), at(1), at(2)], [Severity::Sound; 3]);
        assert_eq!([at(-5), at(10)], [Severity::Warning; 2]);
        assert_eq!([at(-40), at(60)], [Severity::Error; 2]);
    }

    #[test]
    fn a_server_is_judged_by_its_version_its_settings_and_its_room() {
        let found = |changed: &[(&str, &str)]| {
            let usual = [
                ("server_version_num", "150020"),
                ("fsync", "on"),
                ("synchronous_commit", "on"),
                ("full_page_writes", "on"),
                ("max_connections", "100"),
                ("superuser_reserved_connections", "3"),
                ("encoding", "UTF8"),
            ];
            let settings = usual.iter().chain(changed).map(|(name, set)| ((*name).to_owned(), (*set).to_owned()));
            let found = Examined {
                engine: Engine::Postgres,
                version: "15".into(),
                steps: Examined::LATEST,
                settings: settings.collect(),
                clock: Some(NOW),
            };
            let wrong = engine(&found, NOW, NOW).into_iter().filter(|finding| finding.severity == Severity::Error);
            wrong.map(|finding| finding.check).collect::<Vec<_>>()
        };
        assert_eq!(found(&[]), [""; 0]);
        assert_eq!(found(&[("server_version_num", "140011")]), ["engine"]);
        assert_eq!(found(&[("full_page_writes", "off"), ("fsync", "off")]), ["durability"]);
        assert_eq!(found(&[("max_connections", "30")]), ["connections"]);
        assert_eq!(found(&[("encoding", "SQL_ASCII")]), ["encoding"]);
    }

    #[test]
    fn a_backup_grows_old() {
        let at = |days: i64| backup(Some(NOW.plus_seconds(-days * 86_400)), NOW).severity;
        assert_eq!([at(0), at(2), at(3), at(7), at(8)].map(|s| s as u8), [0, 0, 1, 1, 2]);
        assert_eq!(backup(None, NOW).severity, Severity::Warning);
    }
}
