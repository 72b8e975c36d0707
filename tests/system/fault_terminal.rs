//! What a terminal would obey never reaches it: not from a file's name, its text, the configuration or the arguments, in no
//! format that people read.

use crate::support::library::formats;
use crate::support::world::{DROPPED, PROGRAM, Ran, World, has};

/// Clears the screen, sets a title, rings, and turns the writing round.
const BAD: &str = "\x1b[2J\x1b]0;x\x07\u{9b}2J\u{202e}\u{7f}";

/// What is left after the colours are taken out must hold nothing that a terminal obeys.
fn is_harmless(text: &str) {
    let mut rest = String::new();
    for (i, part) in text.split('\x1b').enumerate() {
        let end = part.find('m').filter(|end| {
            let digits = |c: char| c.is_ascii_digit() || c == ';';
            part.starts_with('[') && part[1..*end].chars().all(digits)
        });
        let start = match (i, end) {
            (0, _) => 0,
            (_, Some(end)) => end + 1,
            (_, None) => {
                panic!("a terminal would obey {:?}", part.chars().take(9).collect::<String>())
            }
        };
        rest.push_str(&part[start..]);
    }
    let harmful = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}')
    };
    assert!(!rest.contains(harmful), "{rest:?}");
}

fn hold(ran: &Ran) {
    is_harmless(&ran.out);
    is_harmless(&ran.err);
}

/// A file with escapes wherever Python lets them stand, under a name full of them.
fn world() -> World {
    let world = World::new();
    let text = format!(
        "import asyncio\nfrom helper import spawn\n\n\nasync def main(x):\n    '{BAD}'; asyncio.create_task(main('{BAD}'))  # {BAD}\n    \
         task = (asyncio # {BAD}\n    .create_task)(main('{BAD}'))\n    spawn(main(1))\n    \
         x.create_task(x['{BAD}'])\n"
    );
    let spawn =
        format!("import asyncio\n\n\ndef spawn(x):  # {BAD}\n    return asyncio.create_task(x)\n");
    world.file(&format!("{BAD}.py"), text);
    world.file("helper.py", spawn);
    world.file(&format!("{BAD}2.py"), format!("create_task(\0)  # {BAD}\n"));
    world.file(&format!("{BAD}3.py"), format!("# coding: {BAD}\ncreate_task(x)\n"));
    world.file(
        &format!("{BAD}4.py"),
        format!("import asyncio\nprint '{BAD}'; asyncio.create_task(x)\ndef (:\n"),
    );
    world
}

#[test]
fn names_and_code_are_shown_harmless_in_every_format() {
    let world = world();
    // A patch for a program keeps its bytes, and `fix` writes files: both are below.
    for format in formats().iter().filter(|f| ["check", "audit"].contains(&f.command)) {
        for color in ["always", "never"] {
            let ran = world.run(&[format.command, "--format", format.name, "--color", color]);
            assert!(!ran.out.is_empty(), "{ran:?}");
            // Shown if it does not hold.
            println!(
                "{} --format {}: text of a file needs `sanitize`",
                format.command, format.name
            );
            hold(&ran);
        }
    }
    hold(&world.run(&["diff", "--format", "json"]));
    hold(&world.run(&["diff", "--color", "always"]));
    let ran = world.run(&["diff"]);
    is_harmless(&ran.err);
    assert!(ran.out.contains(BAD), "a patch for a program keeps its bytes: {ran:?}");
    hold(&world.run(&["fix", "--format", "json"]));
    hold(&world.run(&["fix", "--unsafe-fixes"]));
}

#[test]
fn a_patch_that_a_terminal_shows_is_harmless() {
    if !has("script") {
        return;
    }
    let world = World::new();
    world.file("m.py", DROPPED.replace("    asyncio", &format!("    '{BAD}'; asyncio")));
    for color in ["never", "always"] {
        let command = format!("{PROGRAM} diff --color {color}");
        let ran = world.tool("", "script", &["-qec", &command, "/dev/null"], b"");
        assert!(ran.out.contains("+++ b/m.py"), "{ran:?}");
        // The terminal itself makes CR LF of each line end.
        is_harmless(&ran.out.replace("\r\n", "\n"));
    }
}

#[test]
fn arguments_and_configuration_are_cited_harmless() {
    let world = World::with(&[("m.py", DROPPED)]);
    for arguments in [
        &["check", BAD][..],
        &["check", "--select", BAD],
        &["check", "--style", BAD],
        &["check", "--tracker", BAD],
        &["check", "--exclude", "{\u{9b}"],
        &["explain", BAD],
        &[BAD],
        &["check", &format!("--{BAD}")],
        &["fix", "--stdin-filename", BAD],
    ] {
        let ran = world.run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(!ran.err.is_empty());
        hold(&ran);
    }
    let escaped = "\\u001b[2J\\u009b\\u202e";
    for line in [
        format!("\"{escaped}\" = 1"),
        format!("select = [\"{escaped}\"]"),
        format!("tracker = \"{escaped}\""),
        format!("style = \"{escaped}\""),
        format!("exclude = [\"{{{escaped}\"]"),
        format!("line-length = {BAD}"),
    ] {
        world.file("pyproject.toml", format!("[tool.undangle]\n{line}\n"));
        let ran = world.run(&["check"]);
        assert_eq!(ran.status, 2, "{line:?}: {ran:?}");
        hold(&ran);
    }
}
