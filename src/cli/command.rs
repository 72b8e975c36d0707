//! The commands: what each wants, prints and returns. It knows no rule and no syntax.

use std::io::Write;

use super::args::{Args, Command, Common, Format};
use super::session::{Session, Want};
use crate::output::{self, Count, View, json};
use crate::run::{Progress, Report};

/// Runs a command; gives its exit status.
pub(super) fn run(args: Args) -> u8 {
    let done = match args.command {
        Command::Check(a) => report(&a.common, a.format, View::Check, a.exit_zero),
        Command::Audit(a) => report(&a.common, a.format, View::Audit, true),
        _ => Err("not built yet".to_owned()),
    };
    done.unwrap_or_else(|message| {
        let _ = writeln!(anstream::stderr(), "error: {message}");
        2
    })
}

fn report(common: &Common, _format: Format, view: View, zero: bool) -> Result<u8, String> {
    let want = Want { every_site: view == View::Audit, suppressed: false };
    let mut session = Session::new(common, want)?;
    let report = session.run(want, &Progress::default());
    let _ = output::faults(&report.faults, common.quiet, &mut anstream::stderr());
    let _ = anstream::stdout().write_all(json(&report, view).as_bytes());
    Ok(status(&report, Count::of(&report).open, zero, session.is_strict()))
}

/// 2 for faults that count, else 1 for what is left, else 0.
fn status(report: &Report, left: usize, zero: bool, strict: bool) -> u8 {
    if report.faults.iter().any(|f| strict || f.kind.is_hard()) {
        2
    } else {
        u8::from(left > 0 && !zero)
    }
}
