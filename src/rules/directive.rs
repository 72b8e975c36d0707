//! Parses suppression comments: `# noqa`, `# noqa: RUF006`, `# undangle: ignore[UND001]`, `#
//! undangle: skip-file`, as ruff and flake8 read them. It knows one comment's text, no file and no
//! rule.

use std::ops::Range;

/// The kind of directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DirectiveKind {
    /// `noqa`, for every linter.
    Noqa,
    /// `undangle: ignore`.
    Ignore,
    /// `undangle: skip-file`, for the whole file.
    SkipFile,
}

/// One directive of a comment. Ranges are bytes from the comment's `#`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// The kind of directive.
    pub(super) kind: DirectiveKind,
    /// The codes it is limited to; `None` if it applies to every rule.
    pub(super) codes: Option<Vec<Range<usize>>>,
    /// From its `#` to the next `#`, or to the end of the comment.
    pub(super) range: Range<usize>,
}

/// The directives of a comment, in order.
pub(super) fn directives(comment: &str) -> Vec<Directive> {
    let starts: Vec<usize> = memchr::memchr_iter(b'#', comment.as_bytes()).collect();
    let mut found: Vec<Directive> = Vec::new();
    for start in starts {
        let Some((kind, codes)) = directive(comment, start) else { continue };
        if let Some(last) = found.last_mut() {
            last.range.end = last.range.end.min(start);
        }
        let range = start..until_next(comment, start);
        found.push(Directive { kind, codes, range });
    }
    found
}

/// The byte of the next `#`, or the end: the text up to there explains the directive.
fn until_next(comment: &str, start: usize) -> usize {
    comment[start + 1..].find('#').map_or(comment.len(), |at| start + 1 + at)
}

type Codes = Option<Vec<Range<usize>>>;

fn directive(comment: &str, start: usize) -> Option<(DirectiveKind, Codes)> {
    let mut text = Cursor { comment, at: start };
    text.take("#").then_some(())?;
    text.spaces();
    if text.keyword("noqa") {
        return Some((DirectiveKind::Noqa, noqa_codes(text)));
    }
    text.keyword("undangle").then_some(())?;
    text.spaces();
    text.take(":").then_some(())?;
    text.spaces();
    if text.keyword("skip-file") {
        return Some((DirectiveKind::SkipFile, None));
    }
    text.keyword("ignore").then_some((DirectiveKind::Ignore, bracketed(text)))
}

/// The codes after `# noqa:`. Without any code (`# noqa: on purpose`) it applies to every rule, as
/// in flake8.
fn noqa_codes(mut text: Cursor) -> Codes {
    text.spaces();
    if !text.take(":") {
        return None;
    }
    let mut codes = Vec::new();
    loop {
        text.separators();
        match text.code() {
            Some(code) => codes.push(code),
            None => break,
        }
    }
    (!codes.is_empty()).then_some(codes)
}

/// The codes after `# undangle: ignore`; `ignore[]` applies to none.
fn bracketed(mut text: Cursor) -> Codes {
    if !text.take("[") {
        return None;
    }
    let mut codes = Vec::new();
    loop {
        text.separators();
        match text.name() {
            Some(name) => codes.push(name),
            None => return Some(codes),
        }
    }
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
    fn a_directive_may_stand_behind_another_comment() {
        assert_eq!(
            read("# mine  # noqa: RUF006 because # undangle: ignore"),
            [
                (DirectiveKind::Noqa, Some(vec!["RUF006"]), "# noqa: RUF006 because "),
                (DirectiveKind::Ignore, None, "# undangle: ignore"),
            ]
        );
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for comment in [
            "# no noqa here",
            "# noqas",
            "# ruff: noqa",
            "# undangle ignore",
            "# undangle: ignored",
            "# undangle: skip-files",
        ] {
            assert_eq!(read(comment), [], "{comment}");
        }
    }
}
