//! Checks of the repository that are more than a line of make.

use std::process::ExitCode;

mod check;

fn main() -> ExitCode {
    if std::env::args().skip(1).eq(["check"]) {
        return check::run();
    }
    eprintln!("usage: cargo xtask check");
    ExitCode::from(2)
}
