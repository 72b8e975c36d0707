//! Properties of a fix on generated Python: what it does not have to touch stays, byte for byte; it is legal Python in the
//! file's own layout; what it says it fixed is fixed; a second run is empty.

use proptest::prelude::*;

use crate::support::library::{Ask, Command, Run, run_text};
use crate::support::program::{Program, program};
use crate::support::tools::cpython_compiles;
use crate::support::world::World;

fn settings() -> impl Strategy<Value = Ask> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(helper, unsafe_fixes, suppressed)| {
        let style = helper.then(|| "helper".to_owned());
        Ask { style, unsafe_fixes, suppressed, ..Ask::of(Command::Fix) }
    })
}

fn run(bytes: &[u8], settings: &Ask) -> Run {
    run_text("app.py", bytes, settings)
}

/// The program after its fix; itself where nothing changes.
fn fixed(program: &Program, settings: &Ask) -> Vec<u8> {
    let bytes = program.bytes();
    run(&bytes, settings).patch().map_or(bytes.clone(), <[u8]>::to_vec)
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
            let sites = run(bytes, &Ask::of(Command::Audit)).sites();
            // One that is passed uncalled has no words of its own.
            let texts = sites.iter().filter(|s| s.text != s.callee).map(|s| &s.text);
            texts.map(|t| t.split_whitespace().collect::<String>().replace(",)", ")")).collect()
        };
        prop_assert_eq!(words(&before), words(&after), "{}", shown(&after));
    }

    #[test]
    fn what_is_fixed_is_kept_and_nothing_else_changes_its_verdict(p in program(), s in settings()) {
        let bytes = p.bytes();
        let before = run(&bytes, &s);
        let left = before.findings().iter().filter(|f| !f.is_applied()).count();
        let after = before.patch().unwrap_or(&bytes);
        prop_assert_eq!(run(after, &s).findings().len(), left, "{}", shown(after));
    }

    #[test]
    fn a_second_run_is_empty(p in program(), s in settings()) {
        let after = fixed(&p, &s);
        let again = run(&after, &s);
        let twice = again.patch();
        prop_assert!(twice.is_none(), "{}\n----\n{}", shown(&after), shown(twice.unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::with_cases(4) })]

    #[test]
    fn cpython_compiles_what_it_compiled_before(
        programs in prop::collection::vec((program(), settings()), 60),
    ) {
        let world = World::new();
        let mut files = Vec::new();
        for (i, (program, settings)) in programs.iter().enumerate() {
            files.push(world.file(&format!("{i}_before.py"), program.bytes()));
            files.push(world.file(&format!("{i}_after.py"), fixed(program, settings)));
        }
        cpython_compiles(files);
    }
}
