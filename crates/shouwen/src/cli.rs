//! The verbs and their options: a contract other programs rely on (`docs/cli.md`).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::calendar::{Budget, NotABudget, WorkingCalendar, parse_instant};
use domain::check::{Service, Technology};
use domain::place::{Datum, Setting};
use domain::time::Timestamp;
use store::Location;

use crate::say::told;

mod running;

pub use running::{Doctor, Migrate, Move, Retention, Watching};

/// 首问：网络投诉受理台 · Shouwen, the complaint desk of a mobile operator's branch
#[derive(Parser, Debug)]
#[command(version, propagate_version = true, max_term_width = 120)]
pub struct Cli {
    /// 存放与输出 · where the data lies and how answers are written
    #[command(flatten)]
    pub common: Common,
    /// 命令 · the verb
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options every verb takes.
#[derive(Args, Debug, Clone)]
pub struct Common {
    /// 数据目录（SQLite），不存在则新建 · data directory (SQLite), created when fresh [default: shouwen-data, for demo: demo-data]
    #[arg(long, global = true, value_name = "DIR", env = "SHOUWEN_DATA", conflicts_with = "database")]
    pub data: Option<PathBuf>,
    /// PostgreSQL 地址 · PostgreSQL address, postgres://user:password@host/database
    #[arg(long, global = true, value_name = "URL", env = "SHOUWEN_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// 机器可读的输出 · machine-readable output
    #[arg(long, global = true)]
    pub json: bool,
}

impl Common {
    /// Where the store lies.
    pub fn location(&self, default: &str) -> Location {
        match (&self.database, &self.data) {
            (Some(url), _) => Location::Postgres(url.clone()),
            (None, Some(directory)) => Location::Directory(directory.clone()),
            (None, None) => Location::Directory(PathBuf::from(default)),
        }
    }
}

/// Where the store lies when no option says.
pub const DEFAULT_DATA: &str = "shouwen-data";
/// The same for the demo city.
pub const DEFAULT_DEMO: &str = "demo-data";

/// The verbs.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// 生成虚构的演示城市并启动服务 · compose the invented demo city and serve it
    Demo(Demo),
    /// 启动服务 · serve pages and open APIs
    Serve(Serve),
    /// 人员 · people
    #[command(subcommand)]
    User(User),
    /// 上游系统的访问令牌 · access tokens of upstream systems
    #[command(subcommand)]
    Token(Token),
    /// 导入工参、告警、停闭、干扰、投诉 · import inventory, alarms, outages, interference, complaints
    Import(Import),
    /// 网络核查 · check the network around a place
    Check(Check),
    /// 用实测电平校准传播模型 · fit the propagation model to measured levels
    Calibrate(Calibrate),
    /// 计算到期时间 · compute a due time
    Due(Due),
    /// 流程：谁在什么状态能做什么 · procedures: who may do what from which state
    #[command(subcommand)]
    Flow(FlowVerb),
    /// 策略：时限、升级阶梯、定级、归因、模板 · policies: limits, ladders, grading, causes, templates
    #[command(subcommand)]
    Policy(Policy),
    /// 《重大投诉申告表》：按记录预填，查缺项，打印 · the declaration form of a complaint: prefilled, what is missing, printed
    Declaration(Declaration),
    /// 备份并自证可恢复 · write a backup that has proven itself
    Backup {
        /// 备份文件 · the backup file
        file: PathBuf,
    },
    /// 恢复到空库 · restore into an empty store
    Restore {
        /// 备份文件 · the backup file
        file: PathBuf,
    },
    /// 升级库结构：先说明，再整体升级 · bring the schema forward: explained, then whole or not at all
    Migrate(Migrate),
    /// 把整个分公司的数据搬到另一个引擎 · move a branch to the other engine or another server
    Move(Move),
    /// 保存期：把归档满期的投诉匿名化 · anonymise complaints the policy no longer keeps
    Retention(Retention),
    /// 重放流水，核对哈希链 · replay the journal and check the hash chains
    Verify,
    /// 体检：检查配置与环境，说明如何修正 · check a set-up and say what to mend
    Doctor(Doctor),
    /// 命令补全脚本 · shell completions
    Completions {
        /// 终端 · the shell
        shell: clap_complete::Shell,
    },
}

/// Options of `demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// 监听地址 · address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// 先清空再生成 · empty the store and compose anew
    #[arg(long)]
    pub reset: bool,
    /// 随机种子：同样的种子得到同样的城市 · the same seed gives the same city
    #[arg(long, default_value_t = 20_261_124)]
    pub seed: u64,
    /// 投诉总件数：多于城市自有的，分布在此前一年里，各有完整经过 · complaints in all: those beyond the city's own are
    /// spread over the year before, each with its whole history
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub complaints: u32,
    /// 往年投诉分布的天数，默认最多一年 · over how many days those are spread, a year at most unless told
    #[arg(long, value_name = "D", requires = "complaints", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub days: Option<u32>,
    /// 只生成，不启动服务 · compose only
    #[arg(long)]
    pub no_serve: bool,
    /// 外发 · what mails and pushes go out by
    #[command(flatten)]
    pub sending: Sending,
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// 监听地址 · address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// 对外的网址，开放接口的 href 以此为准 · public base URL that hrefs are built from [default: from --listen]
    #[arg(long, value_name = "URL", env = "SHOUWEN_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// 前置代理的地址，可重复；只有它说的 X-Forwarded-For 才可信 · address of a proxy in front, may be repeated; only its word on X-Forwarded-For is believed
    #[arg(long = "trusted-proxy", value_name = "ADDR")]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// 运行观察 · what whoever runs it looks at
    #[command(flatten)]
    pub watching: Watching,
    /// 外发 · what mails and pushes go out by
    #[command(flatten)]
    pub sending: Sending,
}

/// What mails and pushes go out by (`docs/mail.md`).
#[derive(Args, Clone, Default)]
pub struct Sending {
    /// 邮件服务器；不设则邮件只留存不发出 · mail server, smtp://user:password@host:587, smtps://host:465; without one mails are kept and not sent
    #[arg(long, value_name = "URL", env = "SHOUWEN_SMTP", hide_env_values = true)]
    pub smtp: Option<String>,
    /// 另外信任的证书（PEM），供自签证书的邮件服务器 · certificates trusted beside the system's own, PEM, for a mail server with one of its own making
    #[arg(long, value_name = "FILE", env = "SHOUWEN_SMTP_CA", requires = "smtp")]
    pub smtp_ca: Option<PathBuf>,
    /// 发件人，设了邮件服务器就要写 · sender, needed with a mail server; what comes back goes there
    #[arg(long, value_name = "ADDR", env = "SHOUWEN_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// 退信所在的 Maildir · the Maildir that mails come back to
    #[arg(long, value_name = "DIR", env = "SHOUWEN_BOUNCES")]
    pub bounces: Option<PathBuf>,
    /// 推送通知的地址，签名密钥在 SHOUWEN_WEBHOOK_SECRET · address notices are pushed to, signed with SHOUWEN_WEBHOOK_SECRET
    #[arg(long, value_name = "URL", env = "SHOUWEN_WEBHOOK", hide_env_values = true)]
    pub webhook: Option<String>,
}

/// Never with what it holds: there are passwords among it.
impl std::fmt::Debug for Sending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sending")
    }
}

/// Verbs on people.
#[derive(Subcommand, Debug)]
pub enum User {
    /// 新增人员；不给口令则生成一个并打印 · enter a person; without a password one is made and printed
    Add {
        /// 登录名 · sign-in name
        sign_in: String,
        /// 角色 · role: triage, handler, field_tester, contractor, team_leader, director, project_manager, deputy_manager,
        /// manager, clerk, account_manager, area_supervisor, interface_admin, branch_chief, administrator
        #[arg(long, default_value = "handler")]
        role: domain::person::Role,
        /// 姓名 · name [default: the sign-in name]
        #[arg(long)]
        name: Option<String>,
        /// 部门 · department
        #[arg(long, default_value = "")]
        department: String,
        /// 外部单位（第三方维护必填） · outside organisation, needed for contractors
        #[arg(long)]
        organisation: Option<String>,
        /// 邮件地址，通知发到那里 · mail address, to which notices go
        #[arg(long, value_name = "ADDR")]
        mail: Option<String>,
        /// 从标准输入读口令 · read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// 改邮件地址；不写地址则去掉 · set the mail address; without one it is removed
    Mail {
        /// 登录名 · sign-in name
        sign_in: String,
        /// 邮件地址 · mail address
        mail: Option<String>,
    },
    /// 改口令 · set a new password
    Passwd {
        /// 登录名 · sign-in name
        sign_in: String,
        /// 从标准输入读口令 · read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// 列出人员 · list people
    List,
}

/// Verbs on flows.
#[derive(Subcommand, Debug)]
pub enum FlowVerb {
    /// 列出流程 · list the flows
    List,
    /// 打印一个流程的状态表 · print the table of a flow
    Show {
        /// 流程 · the flow: ordinary, major, work-order, task
        flow: String,
    },
}

/// Verbs on tokens.
#[derive(Subcommand, Debug)]
pub enum Token {
    /// 新建令牌，只显示这一次 · make a token, shown this once
    Create {
        /// 上游系统的名字 · the upstream system's name
        name: String,
    },
    /// 列出令牌 · list tokens
    List,
    /// 吊销令牌 · revoke a token
    Revoke {
        /// 上游系统的名字 · the upstream system's name
        name: String,
    },
}

/// Verbs on the policy.
#[derive(Subcommand, Debug)]
pub enum Policy {
    /// 导出；不指定库则导出自带的策略 · write it out; without a store, the shipped one
    #[command(disable_version_flag = true)]
    Export {
        /// 写到哪里 · where to [default: standard output]
        file: Option<PathBuf>,
        /// 第几版，0 为自带 · which version, 0 is the shipped one [default: the one in force]
        #[arg(long = "version", value_name = "N")]
        number: Option<u32>,
    },
    /// 检查文件，每个问题都指出行号 · check a file, every problem with its line
    Check {
        /// 文件，- 为标准输入 · the file, - for standard input
        file: PathBuf,
    },
    /// 检查后存为新的一版 · check it and keep it as a new version
    Import {
        /// 文件，- 为标准输入 · the file, - for standard input
        file: PathBuf,
        /// 自哪天起生效 · the first day it holds [default: what the file says, else today]
        #[arg(long, value_name = "DATE")]
        from: Option<jiff::civil::Date>,
        /// 为什么改 · why
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// 试运行：列出哪些未结投诉会变 · say which open complaints would change, keep nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// 列出各版 · list the versions
    List,
}

/// Options of `import`.
#[derive(Args, Debug)]
pub struct Import {
    /// 导入什么 · what: cells, repeaters, alarms, outages, interference, complaints
    #[arg(value_enum)]
    pub kind: ImportKind,
    /// 文件（csv、xlsx、xls，可为 .gz） · the file (csv, xlsx, xls; .gz too)
    pub file: PathBuf,
    /// 坐标系：wgs84、gcj02 或 bd09；有坐标的文件必须声明 · datum of its coordinates; must be declared where there are any
    #[arg(long)]
    pub datum: Option<Datum>,
    /// 映射文件 · mapping file for headings this program does not know
    #[arg(long, value_name = "MAPPING.toml")]
    pub map: Option<PathBuf>,
    /// 试运行，不写入 · say what would happen, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// 有拒绝的行时以失败退出 · exit with failure when a row was rejected
    #[arg(long)]
    pub strict: bool,
    /// 文件是全量：未列出的视为已拆除 · the file is the whole inventory: what it does not list was removed
    #[arg(long)]
    pub full_snapshot: bool,
    /// 自何时起有效（首次导入对以往全部有效） · from when it holds [default: now; the first inventory holds for all earlier dates]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub valid_from: Option<Timestamp>,
    /// 拒绝的行写到哪里 · where rejected rows are written [default: beside the file, .rej.csv]
    #[arg(long, value_name = "FILE")]
    pub reject_file: Option<PathBuf>,
}

/// What can be imported.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ImportKind {
    Cells,
    Repeaters,
    Alarms,
    Outages,
    Interference,
    Complaints,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// 经度 · longitude, degrees
    #[arg(long, allow_negative_numbers = true, required_unless_present = "points")]
    pub lon: Option<f64>,
    /// 纬度 · latitude, degrees
    #[arg(long, allow_negative_numbers = true, required_unless_present = "points")]
    pub lat: Option<f64>,
    /// 坐标系 · datum: wgs84, gcj02, bd09
    #[arg(long, default_value = "wgs84")]
    pub datum: Datum,
    /// 何时：RFC 3339 或本地时间 · when: RFC 3339 or local time [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 业务 · service: voice, data
    #[arg(long, value_parser = service, default_value = "data")]
    pub service: Service,
    /// 制式 · technology: gsm, cdma, umts, lte, nr
    #[arg(long, value_parser = technology)]
    pub technology: Option<Technology>,
    /// 室内外 · setting: indoor, outdoor, unstated
    #[arg(long, value_parser = setting, default_value = "unstated")]
    pub setting: Setting,
    /// 位置精度，米 · precision of the place, metres
    #[arg(long, value_name = "M")]
    pub precision: Option<f64>,
    /// 另列出该半径内的全部网元，米 · also list every element within that many metres
    #[arg(long, value_name = "M")]
    pub radius: Option<f64>,
    /// 批量：CSV 文件，列 `lon,lat[,at]`，每行回一个 JSON · many places: CSV with columns `lon,lat[,at]`; one JSON object a line
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["lon", "lat"])]
    pub points: Option<PathBuf>,
}

/// Options of `calibrate`.
#[derive(Args, Debug)]
pub struct Calibrate {
    /// 小区工参文件 · inventory file of the cells
    #[arg(long)]
    pub cells: PathBuf,
    /// 实测文件，列 cell,lon,lat,rsrp · measurements: columns cell, lon, lat, rsrp
    #[arg(long)]
    pub measurements: PathBuf,
    /// 坐标系 · datum of both files
    #[arg(long, default_value = "wgs84")]
    pub datum: Datum,
    /// 保存校准结果供本库使用 · keep the fitted constants in the store
    #[arg(long)]
    pub save: bool,
}

/// Options of `due`.
#[derive(Args, Debug)]
pub struct Due {
    /// 起点：RFC 3339 或本地时间 · start: RFC 3339 or local time of the branch
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub from: Timestamp,
    /// 时限 · budget: half-day, 2-half-days, PT3H30M/working, PT48H, P15D
    #[arg(long, value_parser = budget)]
    pub budget: Budget,
    /// 半个工作日的算法：hours 按工时，session 按时段 · what half a day is: hours worked, or sessions
    #[arg(long, value_enum, default_value = "hours")]
    pub half_day: HalfDayOption,
    /// 逐行说明 · explain line by line
    #[arg(long)]
    pub explain: bool,
}

/// Options of `declaration`.
#[derive(Args, Debug)]
pub struct Declaration {
    /// 投诉编号 · number of the complaint, TS-20261123-0042
    pub number: String,
    /// 打印到 PDF 文件 · print it as a PDF file
    #[arg(long, value_name = "FILE.pdf")]
    pub out: Option<PathBuf>,
}

/// What half a working day is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum HalfDayOption {
    /// 按工时：半天工时 · half the day's working time
    Hours,
    /// 按时段：下一时段结束 · the end of the next session
    Session,
}

fn service(text: &str) -> Result<Service, String> {
    match text {
        "voice" | "语音" => Ok(Service::Voice),
        "data" | "数据" => Ok(Service::Data),
        _ => Err("voice 或 data · voice or data".into()),
    }
}

fn technology(text: &str) -> Result<Technology, String> {
    match text.to_ascii_lowercase().as_str() {
        "gsm" | "2g" => Ok(Technology::Gsm),
        "cdma" => Ok(Technology::Cdma),
        "umts" | "3g" => Ok(Technology::Umts),
        "lte" | "4g" => Ok(Technology::Lte),
        "nr" | "5g" => Ok(Technology::Nr),
        _ => Err("gsm, cdma, umts, lte, nr".into()),
    }
}

fn setting(text: &str) -> Result<Setting, String> {
    match text {
        "indoor" | "室内" => Ok(Setting::Indoor),
        "outdoor" | "室外" => Ok(Setting::Outdoor),
        "unstated" => Ok(Setting::Unstated),
        _ => Err("indoor, outdoor, unstated".into()),
    }
}

/// A time of the branch, or with an offset of its own.
fn instant(text: &str) -> Result<Timestamp, String> {
    parse_instant(text, WorkingCalendar::china().zone()).map_err(|error| told(&error.told()).to_owned())
}

fn budget(text: &str) -> Result<Budget, String> {
    text.parse().map_err(|error: NotABudget| told(&error.told()).to_owned())
}
