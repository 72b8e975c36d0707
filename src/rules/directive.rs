//! Parses suppression comments: `# noqa`, `# noqa: RUF006`, `# undangle: ignore[UND001]`, `# undangle: skip-file`, and those of
//! ruff, type checkers, pylint and PyCharm, each as its tool reads it. It knows one comment's text, no file and no rule.

use std::ops::Range;
use std::sync::LazyLock;

use crate::python::is_identifier_byte;
use crate::text::Finder;

/// The kind of directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectiveKind {
    /// `noqa`, for every linter.
    Noqa,
    /// `undangle: ignore`.
    Ignore,
    /// `undangle: skip-file`, for the whole file.
    SkipFile,
    /// `ruff: ignore[RUF006]`, on the line or above the statement.
    RuffIgnore,
    /// `ruff: file-ignore[RUF006]`, `ruff: noqa: RUF006` or `flake8: noqa: RUF006`, for the whole file.
    RuffFileIgnore,
    /// `ruff: disable[RUF006]`, up to the `ruff: enable` of the same codes.
    RuffDisable,
    /// `ruff: enable[RUF006]`.
    RuffEnable,
    /// mypy's `type: ignore`.
    TypeIgnore,
    /// `pyright: ignore`.
    PyrightIgnore,
    /// `pylint: disable=`.
    PylintDisable,
    /// `pylint: disable-next=`, for the line below.
    PylintNext,
    /// PyCharm's `noinspection`, for the statement below.
    NoInspection,
}

/// One directive of a comment. Ranges are bytes from the comment's `#`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// The kind of directive.
    pub(super) kind: DirectiveKind,
    /// The codes it is limited to; `None` if it applies to every rule.
    pub(super) codes: Option<Vec<Range<usize>>>,
    /// From its `#` to the end of its last code, or of its own words.
    pub(super) range: Range<usize>,
}

/// Whether a text may have a comment that names this program, or a code of it: `undangle:` or `noqa` with `UND` behind it, as people
/// write them.
pub fn may_suppress(text: &[u8]) -> bool {
    static WORDS: LazyLock<Finder> =
        LazyLock::new(|| Finder::new(["undangle", "noqa", "NOQA", "NoQA", "NoQa", "Noqa"]));
    // A line is searched once, however many of the words it has.
    let mut searched = 0;
    WORDS.find_iter(text).any(|word| {
        let rest = &text[word.range.end..];
        if word.pattern == 0 {
            return rest.trim_ascii_start().starts_with(b":");
        }
        if word.range.start < searched {
            return false;
        }
        let line = &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
        searched = word.range.end + line.len();
        memchr::memchr2_iter(b'U', b'u', line).any(|at| is_own_code(line, at))
    })
}

/// Whether a code of this program, or their common prefix, stands at an offset.
fn is_own_code(line: &[u8], at: usize) -> bool {
    let is_prefix = line[at..].get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"UND"));
    let is_inside = at.checked_sub(1).is_some_and(|before| is_identifier_byte(line[before]));
    let goes_on = line.get(at + 3).is_some_and(u8::is_ascii_alphabetic);
    is_prefix && !is_inside && !goes_on
}

/// The directives of a comment, in order.
pub(super) fn directives(comment: &str) -> Vec<Directive> {
    let starts: Vec<usize> = memchr::memchr_iter(b'#', comment.as_bytes()).collect();
    let mut found: Vec<Directive> = Vec::new();
    for start in starts {
        found.extend(directive(comment, start));
    }
    found
}

/// The word behind `undangle:` in a comment, if it is no directive of this program.
pub(super) fn unknown_word(comment: &str) -> Option<&str> {
    memchr::memchr_iter(b'#', comment.as_bytes()).find_map(|start| {
        let mut text = Cursor { comment, at: start + 1 };
        text.spaces();
        text.keyword("undangle").then_some(())?;
        text.spaces();
        text.take(":").then_some(())?;
        text.spaces();
        let word = text.name()?;
        directive(comment, start).is_none().then_some(&comment[word])
    })
}

type Codes = Option<Vec<Range<usize>>>;

fn directive(comment: &str, start: usize) -> Option<Directive> {
    let mut text = Cursor { comment, at: start };
    text.take("#").then_some(())?;
    text.spaces();
    let (kind, codes) = if text.keyword("noqa") {
        (DirectiveKind::Noqa, noqa_codes(&mut text))
    } else if text.keyword("noinspection") {
        (DirectiveKind::NoInspection, Some(names(&mut text)))
    } else {
        of_tool(&mut text)?
    };
    Some(Directive { kind, codes, range: start..text.at })
}

/// `tool: directive`
fn of_tool(text: &mut Cursor) -> Option<(DirectiveKind, Codes)> {
    let tools = ["undangle", "ruff", "flake8", "type", "pyright", "pylint"];
    let tool = tools.into_iter().find(|tool| text.keyword(tool))?;
    text.spaces();
    text.take(":").then_some(())?;
    text.spaces();
    match tool {
        "undangle" if text.keyword("skip-file") => Some((DirectiveKind::SkipFile, None)),
        "ruff" => of_ruff(text),
        "flake8" => text.keyword("noqa").then(|| noqa_of_file(text)).flatten(),
        "pylint" => {
            let kind = match text.keyword("disable-next") {
                true => DirectiveKind::PylintNext,
                false => text.keyword("disable").then_some(DirectiveKind::PylintDisable)?,
            };
            text.spaces();
            text.take("=").then(|| (kind, Some(names(text))))
        }
        _ => {
            text.keyword("ignore").then_some(())?;
            let kind = match tool {
                "undangle" => DirectiveKind::Ignore,
                "type" => DirectiveKind::TypeIgnore,
                _ => DirectiveKind::PyrightIgnore,
            };
            Some((kind, bracketed(text)))
        }
    }
}

/// What follows `ruff:`, with its codes, without which ruff takes none of them:
/// <https://docs.astral.sh/ruff/linter/#error-suppression>.
fn of_ruff(text: &mut Cursor) -> Option<(DirectiveKind, Codes)> {
    let kinds = [
        ("ignore", DirectiveKind::RuffIgnore),
        ("file-ignore", DirectiveKind::RuffFileIgnore),
        ("disable", DirectiveKind::RuffDisable),
        ("enable", DirectiveKind::RuffEnable),
    ];
    let found = kinds.into_iter().find(|(word, _)| text.keyword(word));
    let (kind, codes) = match found {
        Some((_, kind)) => (kind, bracketed(text)),
        None => return text.keyword("noqa").then(|| noqa_of_file(text)).flatten(),
    };
    codes.map(|codes| (kind, Some(codes)))
}

/// The codes after the `noqa` of a whole file, which ruff reads of flake8, too; without codes it says nothing about this rule.
fn noqa_of_file(text: &mut Cursor) -> Option<(DirectiveKind, Codes)> {
    noqa_codes(text).map(|codes| (DirectiveKind::RuffFileIgnore, Some(codes)))
}

/// The codes after `# noqa:`. Without any code (`# noqa: on purpose`) it applies to every rule, as
/// in flake8.
fn noqa_codes(text: &mut Cursor) -> Codes {
    let mut ahead = *text;
    ahead.spaces();
    if !ahead.take(":") {
        return None;
    }
    let codes = list(&mut ahead, Cursor::code);
    if codes.is_empty() {
        return None;
    }
    *text = ahead;
    Some(codes)
}

/// The codes behind `disable=` and `noinspection`: names with commas between them.
fn names(text: &mut Cursor) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    loop {
        let mut ahead = *text;
        ahead.spaces();
        if !names.is_empty() && !ahead.take(",") {
            return names;
        }
        ahead.spaces();
        let Some(name) = ahead.name() else { return names };
        names.push(name);
        *text = ahead;
    }
}

/// Codes with commas or white space between them; stops behind the last one.
fn list<'a>(
    text: &mut Cursor<'a>,
    next: impl Fn(&mut Cursor<'a>) -> Option<Range<usize>>,
) -> Vec<Range<usize>> {
    let mut codes = Vec::new();
    loop {
        let mut ahead = *text;
        ahead.separators();
        let Some(code) = next(&mut ahead) else { return codes };
        codes.push(code);
        *text = ahead;
    }
}

/// The codes after `ignore`; `ignore[]` applies to none.
fn bracketed(text: &mut Cursor) -> Codes {
    if !text.take("[") {
        return None;
    }
    let codes = list(text, Cursor::name);
    text.separators();
    text.take("]");
    Some(codes)
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    comment: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        &self.comment[self.at..]
    }

    fn take(&mut self, token: &str) -> bool {
        let taken = self.rest().starts_with(token);
        self.at += if taken { token.len() } else { 0 };
        taken
    }

    /// Takes a whole word, in any case: `noqa`, not the beginning of `noqas`.
    fn keyword(&mut self, word: &str) -> bool {
        let same =
            self.rest().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        let whole = same && !self.rest()[word.len()..].starts_with(is_name);
        self.at += if whole { word.len() } else { 0 };
        whole
    }

    fn skip(&mut self, test: impl Fn(char) -> bool) -> usize {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(test).len();
        self.at += length;
        length
    }

    fn spaces(&mut self) {
        self.skip(char::is_whitespace);
    }

    fn separators(&mut self) {
        self.skip(|c| c == ',' || c.is_whitespace());
    }

    /// A code (`RUF006`) or a linter's prefix (`UND`, `RUF`); without digits only in upper case, so
    /// that prose does not match.
    fn code(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let mut ahead = *self;
        ahead.skip(|c| c.is_ascii_alphabetic()).gt(&0).then_some(())?;
        let letters = start..ahead.at;
        let digits = ahead.skip(|c| c.is_ascii_digit());
        let shouted = self.comment[letters].bytes().all(|b| b.is_ascii_uppercase());
        let ended = !ahead.rest().starts_with(is_name);
        (ended && (digits > 0 || shouted)).then(|| {
            self.at = ahead.at;
            start..ahead.at
        })
    }

    /// A code or a rule's name: `UND001`, `dropped-task`.
    fn name(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        (self.skip(is_name) > 0).then_some(start..self.at)
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Vec<(DirectiveKind, Option<Vec<&str>>, &str)> {
        directives(comment)
            .into_iter()
            .map(|d| {
                let codes = d.codes;
                let codes = codes.map(|c| c.into_iter().map(|r| &comment[r]).collect());
                (d.kind, codes, &comment[d.range])
            })
            .collect()
    }

    fn codes(comment: &str) -> Option<Vec<&str>> {
        let mut read = read(comment);
        assert_eq!(read.len(), 1, "{comment}");
        read.remove(0).1
    }

    #[test]
    fn noqa_is_read_as_ruff_and_flake8_read_it() {
        assert_eq!(codes("# noqa"), None);
        assert_eq!(codes("#NoQA"), None);
        assert_eq!(codes("# noqa: RUF006"), Some(vec!["RUF006"]));
        assert_eq!(codes("# noqa:und001,E501"), Some(vec!["und001", "E501"]));
        assert_eq!(codes("# noqa : E501 RUF006"), Some(vec!["E501", "RUF006"]));
        assert_eq!(codes("# noqa: UND"), Some(vec!["UND"]));
        assert_eq!(codes("# noqa: F841 we mean it"), Some(vec!["F841"]));
        assert_eq!(codes("# noqa: on purpose"), None);
        assert_eq!(codes("# noqa -- on purpose"), None);
    }

    #[test]
    fn our_own_word_takes_codes_and_names() {
        assert_eq!(codes("# undangle: ignore"), None);
        assert_eq!(codes("#undangle:IGNORE"), None);
        assert_eq!(
            codes("# undangle: ignore[UND001, dropped-threadsafe] why"),
            Some(vec!["UND001", "dropped-threadsafe"])
        );
        assert_eq!(codes("# undangle: ignore[]"), Some(vec![]));
    }

    #[test]
    fn those_of_ruff_have_codes() {
        for (comment, kind) in [
            ("# ruff: ignore[RUF006, E501] why", DirectiveKind::RuffIgnore),
            ("#ruff:file-ignore[ RUF006,E501 ]", DirectiveKind::RuffFileIgnore),
            ("# ruff: noqa: RUF006, E501", DirectiveKind::RuffFileIgnore),
            ("# flake8: noqa: RUF006, E501", DirectiveKind::RuffFileIgnore),
            ("# ruff: disable[RUF006, E501]", DirectiveKind::RuffDisable),
            ("# ruff: enable[RUF006, E501]", DirectiveKind::RuffEnable),
        ] {
            assert_eq!(read(comment)[0].0, kind, "{comment}");
            assert_eq!(codes(comment), Some(vec!["RUF006", "E501"]), "{comment}");
        }
        assert_eq!(
            codes("# ruff: ignore[asyncio-dangling-task]"),
            Some(vec!["asyncio-dangling-task"])
        );
    }

    #[test]
    fn a_directive_may_stand_behind_another_comment() {
        assert_eq!(
            read("# mine  # noqa: RUF006 because # undangle: ignore"),
            [
                (DirectiveKind::Noqa, Some(vec!["RUF006"]), "# noqa: RUF006"),
                (DirectiveKind::Ignore, None, "# undangle: ignore"),
            ]
        );
    }

    #[test]
    fn the_comments_of_other_tools_are_read() {
        assert_eq!(codes("# type: ignore"), None);
        assert_eq!(
            codes("# type: ignore[unused-awaitable, misc] why"),
            Some(vec!["unused-awaitable", "misc"])
        );
        assert_eq!(
            codes("# pyright: ignore[reportUnusedCallResult]"),
            Some(vec!["reportUnusedCallResult"])
        );
        assert_eq!(
            codes("# pylint: disable=unused-variable, W0106 why"),
            Some(vec!["unused-variable", "W0106"])
        );
        assert_eq!(codes("# pylint: disable-next=W0612"), Some(vec!["W0612"]));
        assert_eq!(codes("# noinspection PyAsyncCall,Foo"), Some(vec!["PyAsyncCall", "Foo"]));
    }

    #[test]
    fn a_text_that_names_us_in_a_suppression_is_found() {
        for text in ["x # undangle: ignore", "#undangle : skip-file", "# noqa: E501,und001 # NOQA"]
        {
            assert!(may_suppress(text.as_bytes()), "{text}");
        }
        for text in [
            "from undangle import x",
            "# noqa: E501\nUND001",
            "# noqa # noqa",
            "# noqa: E1 not found, under it",
        ] {
            assert!(!may_suppress(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for comment in [
            "# no noqa here",
            "# noqas",
            "# ruff: noqa",
            "# ruff: ignore",
            "# ruff: ignored[RUF006]",
            "# undangle ignore",
            "# undangle: ignored",
            "# undangle: skip-files",
        ] {
            assert_eq!(read(comment), [], "{comment}");
        }
    }
}
