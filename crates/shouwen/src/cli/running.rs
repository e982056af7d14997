//! Options of what keeps a branch running: watching it, examining it, bringing it forward, moving it.

use clap::Args;

use super::Sending;
use crate::log::LogFormat;

/// What whoever runs the service looks at (`docs/operations.md`).
#[derive(Args, Clone, Default)]
pub struct Watching {
    /// 日志格式 · how the log is written
    #[arg(long, value_enum, value_name = "FORMAT", env = "SHOUWEN_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// 读取 /metrics 的令牌；不设则只有本机可读 · token that opens /metrics; without one only this machine may read it
    #[arg(long, value_name = "TOKEN", env = "SHOUWEN_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// OpenTelemetry 采集器；不设则不追踪 · collector traces are sent to, http://127.0.0.1:4318; without one nothing is traced
    #[arg(long, value_name = "ENDPOINT", env = "SHOUWEN_OTLP")]
    pub otlp: Option<String>,
    /// 要停止时再应答多少秒，/readyz 已说不再接收 · seconds for which it goes on answering once it is to end, while /readyz sends nobody here any more
    #[arg(long, value_name = "SECONDS", env = "SHOUWEN_DRAIN", default_value = "0", value_parser = clap::value_parser!(u64).range(..=600))]
    pub drain: u64,
}

/// Never with what it holds: there is a token among it.
impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watching")
    }
}

/// Options of `doctor`.
#[derive(Args, Debug)]
pub struct Doctor {
    /// 连一下邮件服务器 · connect to the mail server, too
    #[arg(long)]
    pub connect: bool,
    /// 外发 · what mails and pushes go out by
    #[command(flatten)]
    pub sending: Sending,
}

/// Options of `migrate`.
#[derive(Args, Debug)]
pub struct Migrate {
    /// 只说明，不改动 · only explain, change nothing
    #[arg(long)]
    pub plan: bool,
    /// 在装有 Citus 的 PostgreSQL 上把各表按分公司分布 · distribute the tables by branch where Citus is installed
    #[arg(long)]
    pub distributed: bool,
}

/// Options of `move`.
#[derive(Args, Debug)]
pub struct Move {
    /// 源：数据目录或 PostgreSQL 地址，只读 · the source, a directory or a PostgreSQL address; only read
    #[arg(long, value_name = "DIR|URL")]
    pub from: String,
    /// 目标：空的目录或库 · the target, an empty directory or database
    #[arg(long, value_name = "DIR|URL")]
    pub to: String,
}

/// Options of `retention`.
#[derive(Args, Debug)]
pub struct Retention {
    /// 只说明，不改动 · only explain, change nothing
    #[arg(long)]
    pub plan: bool,
}
