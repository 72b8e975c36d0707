//! What is hidden from the parser, byte for byte: long runs of comments, which it reads again for each of them, and syntax that
//! the grammar does not have. It knows tokens, no tree.

use std::ops::Range;

/// A run of comments that is not longer than this is left to the parser.
const MIN_RUN: usize = 64;
/// How many comments are kept at both ends of a run, so that it is seen what the run belongs to.
const KEPT: usize = 2;

/// Consecutive comments that are hidden.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommentRun {
    /// The byte at which the comment before them begins.
    pub(super) before: usize,
    /// The bytes of each, without its line end.
    pub(super) comments: Vec<Range<usize>>,
    /// The byte at which the comment after them begins.
    pub(super) after: usize,
}

/// The long runs of lines that are nothing but a comment, each indented like the first.
pub(super) fn comment_runs(code: &str) -> Vec<CommentRun> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut run: Vec<Range<usize>> = Vec::new();
    let mut indent: &[u8] = b"";
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let line = &bytes[start..end];
        let white = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if line.get(white) == Some(&b'#') {
            if *indent != line[..white] {
                end_run(&mut run, &mut found);
            }
            indent = &line[..white];
            run.push(start + white..start + line.trim_ascii_end().len());
        } else if !line.trim_ascii().is_empty() {
            end_run(&mut run, &mut found);
        }
        start = end + 1;
    }
    end_run(&mut run, &mut found);
    found
}

fn end_run(run: &mut Vec<Range<usize>>, found: &mut Vec<CommentRun>) {
    if run.len() > MIN_RUN {
        let hidden = KEPT..run.len() - KEPT;
        let (before, after) = (run[hidden.start - 1].start, run[hidden.end].start);
        found.push(CommentRun { before, comments: run[hidden].to_vec(), after });
    }
    run.clear();
}

/// The text with the comments of these runs replaced by spaces.
pub(super) fn without_comments(code: &str, runs: &[CommentRun]) -> String {
    let mut text = String::with_capacity(code.len());
    for comment in runs.iter().flat_map(|run| &run.comments) {
        text.push_str(&code[text.len()..comment.start]);
        text.extend(std::iter::repeat_n(' ', comment.len()));
    }
    text.push_str(&code[text.len()..]);
    text
}

/// A text in which syntax that the grammar does not have is replaced by some that it has.
#[derive(Debug)]
pub(super) struct Substitute {
    pub(super) text: String,
    /// The stars that became signs.
    pub(super) stars: Vec<usize>,
}

/// What a bracket opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Subscript,
    TypeParameters,
    Other,
}

/// Replaces the defaults of type parameters (PEP 696: `class Job[T = int]`) by spaces, and by signs the stars in subscripts (PEP 646:
/// `Literal[*names]`) and those outside of brackets before what is no name (`return first, *[second]`); none if there are none.
pub(super) fn substitute(code: &str) -> Option<Substitute> {
    let bytes = code.as_bytes();
    let mut text = bytes.to_vec();
    let mut stars = Vec::new();
    let mut open: Vec<Bracket> = Vec::new();
    // Where the default of a type parameter begins, and how many brackets are open around it.
    let mut default: Option<(usize, usize)> = None;
    let mut words = ["", ""];
    let mut last = b'\n';
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let mut end = at + 1;
        match byte {
            b'\n' if open.is_empty() => {
                (last, words) = (byte, ["", ""]);
                at = end;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'\x0c' => {
                at = end;
                continue;
            }
            b'\\' => {
                at = end + bytes[end..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
                continue;
            }
            b'#' => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
                continue;
            }
            b'"' | b'\'' => end = string_end(bytes, at),
            b'[' if ["class", "def", "type"].contains(&words[0]) && !words[1].is_empty() => {
                open.push(Bracket::TypeParameters);
            }
            b'[' if ends_operand(last) && !NO_OPERANDS.contains(&words[1]) => {
                open.push(Bracket::Subscript);
            }
            b'[' | b'(' | b'{' => open.push(Bracket::Other),
            b',' | b']' | b')' | b'}' => {
                if let Some((from, _)) = default.filter(|(_, depth)| *depth == open.len()) {
                    let white = |b: &mut u8| *b = if *b == b'\n' { b'\n' } else { b' ' };
                    text[from..at].iter_mut().for_each(white);
                    default = None;
                }
                if byte != b',' {
                    open.pop();
                }
            }
            b'=' if open.last() == Some(&Bracket::TypeParameters) && default.is_none() => {
                default = Some((at, open.len()));
            }
            b'*' if bytes.get(at + 1) == Some(&b'*') => end = at + 2,
            b'*' if open.last() == Some(&Bracket::Subscript)
                && default.is_none()
                && matches!(last, b'[' | b',') =>
            {
                text[at] = b'+';
                stars.push(at);
            }
            b'*' if open.is_empty()
                && (last == b',' || may_be_first(last, words[1], &code[end..]))
                && is_before_display(&code[end..]) =>
            {
                text[at] = b'+';
                stars.push(at);
            }
            _ if is_word(byte) => {
                while bytes.get(end).copied().is_some_and(is_word) {
                    end += 1;
                }
            }
            _ => {}
        }
        words = if is_word(byte) { [words[1], &code[at..end]] } else { ["", ""] };
        last = bytes[end - 1];
        at = end;
    }
    let text = String::from_utf8(text).ok()?;
    (text != code).then_some(Substitute { text, stars })
}

/// Words after which a bracket opens a list.
const NO_OPERANDS: [&str; 18] = [
    "and", "as", "assert", "await", "case", "del", "elif", "else", "for", "from", "if", "in", "is",
    "not", "or", "raise", "return", "yield",
];

/// Whether a star after this token may begin a tuple, which has a comma.
fn may_be_first(last: u8, word: &str, after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default();
    (last == b'=' || NO_OPERANDS.contains(&word)) && line.contains(',')
}

/// Whether a star here is before an operand that is no name: the grammar has stars before names, also if they are called.
fn is_before_display(code: &str) -> bool {
    let code = code.trim_start_matches([' ', '\t']);
    let length = code.bytes().take_while(|b| is_word(*b)).count();
    let (word, rest) = code.split_at(length);
    match word {
        "" => code.starts_with(['(', '[', '{', '"', '\'', '-', '+', '~', '.']),
        "await" => true,
        _ => word.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with(['"', '\'']),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Whether a token that ends with this byte can be subscripted.
fn ends_operand(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b')' | b']' | b'}' | b'"' | b'\'')
}

/// The byte after the string that begins at one.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if is_triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !is_triple => return at,
            byte if byte == quote && !is_triple => return at + 1,
            _ if is_triple && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn substituted(code: &str) -> Option<String> {
        substitute(code).map(|found| found.text)
    }

    #[test]
    fn defaults_of_type_parameters_are_hidden() {
        for (code, expected) in [
            ("class A[T = int]: x = [1]", "class A[T      ]: x = [1]"),
            ("def f[T: int = 1, U = a[b, c]](x=1): 0", "def f[T: int    , U          ](x=1): 0"),
            ("type X[*T = *tuple[int]] = T", "type X[*T              ] = T"),
            (
                "class A[\n    T = (\n        int\n    ),\n]: 0",
                "class A[\n    T    \n           \n     ,\n]: 0",
            ),
        ] {
            assert_eq!(substituted(code).as_deref(), Some(expected), "{code}");
        }
    }

    #[test]
    fn stars_in_subscripts_become_signs() {
        assert_eq!(substituted("a[*b, c * d, *e]").as_deref(), Some("a[+b, c * d, +e]"));
        assert_eq!(substituted("f()[(*b,), *c]").as_deref(), Some("f()[(*b,), +c]"));
        for code in [
            "[*a]",
            "return [*a]",
            "f(*a, b[c * d])",
            "a['[*b]']  # [*a]",
            "a[b ** c]",
            "class A(B[int]): x = 1",
            "x = a * (b)",
            "x = a \\\n * [b]",
            "return a, *b, *b.c(), *f(x)[1]",
            "f(\n*[a])",
            "except *(A, B): c",
            "from a import *\n(b)",
            "f(a)\n*(a, b), c = d",
            "yield a, *",
            "yield * 2",
        ] {
            assert_eq!(substituted(code), None, "{code}");
        }
    }

    #[test]
    fn stars_outside_of_brackets_become_signs() {
        for (code, expected) in [
            ("x = a, *[b], c * d", "x = a, +[b], c * d"),
            ("return *(a or b), c", "return +(a or b), c"),
            ("yield a, *await b()", "yield a, +await b()"),
            ("x = a, *f'b', *-c, *1", "x = a, +f'b', +-c, +1"),
        ] {
            assert_eq!(substituted(code).as_deref(), Some(expected), "{code}");
        }
    }

    #[test]
    fn only_the_middle_of_a_long_run_of_comments_is_hidden() {
        let code = format!("a\n{}    # d\n{}b\n", "# c\n\n".repeat(100), "  # é\r\n".repeat(3));
        let [run] = &comment_runs(&code)[..] else { panic!() };
        assert_eq!((run.before, run.comments.len(), run.after), (7, 96, 2 + 98 * 5));
        let text = without_comments(
            &code,
            &[CommentRun { before: 7, comments: run.comments.clone(), after: 0 }],
        );
        assert_eq!((text.len(), text.matches("# c").count()), (code.len(), 4));
        assert_eq!(comment_runs(&"# c\n".repeat(64)), []);
    }
}
