//! Properties of a fix on generated Python: what it does not have to touch stays, byte for byte; it is legal Python in the
//! file's own layout; what it says it fixed is fixed; a second run is empty.

#![allow(clippy::unwrap_used)] // The helpers of a test are test code, too.

mod support;
#[path = "support/program.rs"]
mod program;

use std::fs;

use program::{Program, program};
use proptest::prelude::*;
use support::{File, Tool};
use undangle::fix::Outcome;
use undangle::settings::{FixSettings, Style};

fn settings() -> impl Strategy<Value = FixSettings> {
    let style = prop_oneof![Just(Style::Lines), Just(Style::Helper)];
    (style, any::<bool>(), any::<bool>()).prop_map(|(style, unsafe_fixes, suppressed)| {
        FixSettings { style, unsafe_fixes, suppressed, ..FixSettings::default() }
    })
}

fn read(bytes: &[u8], settings: &FixSettings) -> File {
    let mut file = File::new("app.py", bytes);
    file.settings = settings.clone();
    file
}

/// The program after its fix; itself where nothing changes.
fn fixed(program: &Program, settings: &FixSettings) -> Vec<u8> {
    let bytes = program.bytes();
    read(&bytes, settings).patch().bytes.unwrap_or(bytes)
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\r', "\\r")
}

/// The lines that a fix has no reason to touch, their line ends included.
fn plain<'a>(text: &'a str, newline: &str) -> Vec<&'a str> {
    text.split_inclusive(newline).filter(|l| l.contains("plain")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn lines_without_a_site_stay_as_they_are_and_in_order(p in program(), s in settings()) {
        let (before, after) = (p.bytes(), fixed(&p, &s));
        let (before, after) =
            (String::from_utf8(before).unwrap(), String::from_utf8(after).unwrap());
        prop_assert_eq!(plain(&before, p.newline()), plain(&after, p.newline()));
        prop_assert_eq!(before.starts_with('\u{feff}'), after.starts_with('\u{feff}'));
        prop_assert_eq!(after.matches('\u{feff}').count(), usize::from(before.starts_with('\u{feff}')));
        let ends = before.ends_with(p.newline());
        prop_assert_eq!(ends, after.ends_with(p.newline()), "{}", after);
    }

    #[test]
    fn every_line_end_is_the_files_own(p in program(), s in settings()) {
        let after = String::from_utf8(fixed(&p, &s)).unwrap();
        let bare = after.replace(p.newline(), "");
        prop_assert!(!bare.contains(['\r', '\n']), "{}", shown(after.as_bytes()));
    }

    #[test]
    fn the_calls_keep_their_own_words_and_their_order(p in program(), s in settings()) {
        let (before, after) = (p.bytes(), fixed(&p, &s));
        let words = |bytes: &[u8]| -> Vec<String> {
            let file = File::new("app.py", bytes);
            let sites = file.judged.iter().filter(|j| !j.site.uncalled);
            let text = sites.map(|j| file.model().text(j.site.node));
            text.map(|t| t.split_whitespace().collect::<String>().replace(",)", ")")).collect()
        };
        prop_assert_eq!(words(&before), words(&after), "{}", shown(&after));
    }

    #[test]
    fn what_is_fixed_is_kept_and_nothing_else_changes_its_verdict(p in program(), s in settings()) {
        let before = read(&p.bytes(), &s);
        let patched = before.patch();
        let applied = |o: &&Outcome| matches!(o, Outcome::Fix { applied: true, .. });
        let left = before.findings.len() - patched.outcomes.iter().filter(applied).count();
        let bytes = patched.bytes.unwrap_or_else(|| p.bytes());
        let after = read(&bytes, &s);
        prop_assert_eq!(after.findings.len(), left, "{}", shown(&bytes));
    }

    #[test]
    fn a_second_run_is_empty(p in program(), s in settings()) {
        let after = fixed(&p, &s);
        let again = read(&after, &s).patch().bytes;
        prop_assert!(again.is_none(), "{}\n----\n{}", shown(&after), shown(&again.unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::with_cases(4) })]

    #[test]
    fn cpython_compiles_what_it_compiled_before(
        programs in prop::collection::vec((program(), settings()), 60),
    ) {
        let Some(python) = Tool::find("python3") else { return Ok(()) };
        let folder = tempfile::tempdir().unwrap();
        let mut files = Vec::new();
        for (i, (program, settings)) in programs.iter().enumerate() {
            for (name, bytes) in [("before", program.bytes()), ("after", fixed(program, settings))] {
                let path = folder.path().join(format!("{i}_{name}.py"));
                fs::write(&path, bytes).unwrap();
                files.push(path);
            }
        }
        python.succeeds(["-W", "ignore", "-c", support::COMPILE].map(Into::into), files);
    }
}
