//! What one logical line does outside of brackets, strings and comments, as far as its bytes tell: which attributes it sets,
//! and whether to something with a name. It knows no lines but the one.

use std::ops::Range;

use super::word::{is_word_byte, stands_alone};

/// What a logical line has outside of brackets, strings and comments.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The names of the attributes that it gives to the function's first parameter.
    pub(super) sets: Vec<Range<usize>>,
    /// Where the values begin behind its first `=` and its last, unless they are parts of other operators.
    values: Option<(usize, usize)>,
    /// Whether there is a `;` in it.
    is_many: bool,
}

impl Line {
    /// Takes the `=`, `:` or `;` at a byte down, `first` being the bytes of the function's first parameter.
    pub(super) fn divide(&mut self, bytes: &[u8], at: usize, first: &Range<usize>) {
        self.sets.extend(attribute_set(bytes, at, &bytes[first.clone()]));
        self.is_many |= bytes[at] == b';';
        let is_part = bytes.get(at + 1) == Some(&b'=')
            || bytes[..at].last().is_some_and(|b| b"=!<>+-*/%@&|^".contains(b));
        if bytes[at] == b'=' && !is_part {
            let values = self.values.get_or_insert((at + 1, at + 1));
            values.1 = at + 1;
        }
    }

    /// Whether the line, which ends at byte `end`, may set an attribute to what a name stands for, or what is looked up or
    /// called by one.
    pub(super) fn may_name(&self, bytes: &[u8], end: usize, first: &Range<usize>) -> bool {
        let Some((from, last)) = self.values.filter(|_| !self.sets.is_empty()) else {
            return self.is_many && !self.sets.is_empty();
        };
        let value = bytes[last..end].trim_ascii_start();
        let word = &value[..value.iter().take_while(|b| is_word_byte(**b)).count()];
        let plain: [&[u8]; 6] = [b"None", b"True", b"False", b"not", b"await", b"yield"];
        let is_annotated = bytes[first.end..].trim_ascii_start().starts_with(b":");
        // What a method is called on is no name of others: `self.x = self.make()`.
        let is_own = *word == bytes[first.clone()] && !is_annotated;
        let is_text = matches!(value.get(word.len()), Some(b'"' | b'\''));
        let begins_plain = match word.first() {
            Some(byte) => byte.is_ascii_digit() || plain.contains(&word) || is_own || is_text,
            None => !value.starts_with(b"\\"),
        };
        let text = &bytes[from..end];
        let has = |word: &str| {
            memchr::memmem::find_iter(text, word).any(|at| stands_alone(text, at, word.len()))
        };
        !begins_plain || self.is_many || ["or", "and", "lambda"].into_iter().any(has)
    }
}

/// The name of the attribute of the parameter `first` that the `=` or `:` at a byte gives something to: `self.x = y`,
/// `self.x: T`. Others are no members of a class.
fn attribute_set(bytes: &[u8], at: usize, first: &[u8]) -> Option<Range<usize>> {
    let behind = &bytes[at + 1..];
    let is_header = bytes[at] == b':'
        && behind
            .iter()
            .find(|b| !matches!(b, b' ' | b'\t'))
            .is_none_or(|b| matches!(b, b'\n' | b'\r' | b'#'));
    let before = bytes[..at].trim_ascii_end();
    let name = before.iter().rev().take_while(|b| is_word_byte(**b)).count();
    let object = before[..before.len() - name].trim_ascii_end();
    let object = object.strip_suffix(b".")?.trim_ascii_end();
    // Brackets around it, and more before it on the line, are left to the parser.
    let is_first = object.ends_with(first) || !object.last().is_some_and(|b| is_word_byte(*b));
    let sets = !is_header && behind.first() != Some(&b'=') && name > 0 && is_first;
    sets.then(|| before.len() - name..before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The attributes that a line sets, with a `!` behind them if that may be to something with a name.
    fn sets(line: &str) -> String {
        let code = format!("s\n{line}");
        let mut found = Line::default();
        for at in (2..code.len()).filter(|at| b"=:;".contains(&code.as_bytes()[*at])) {
            found.divide(code.as_bytes(), at, &(0..1));
        }
        let names: Vec<&str> = found.sets.iter().map(|name| &code[name.clone()]).collect();
        let may_name = found.may_name(code.as_bytes(), code.len(), &(0..1));
        format!("{}{}", names.join(" "), if may_name { "!" } else { "" })
    }

    #[test]
    fn attributes_of_the_first_parameter_are_set() {
        assert_eq!(sets("s.x = 1"), "x");
        assert_eq!(sets("s . x: int = None"), "x");
        assert_eq!(sets("s.a = s.b = [f()]"), "a b");
        assert_eq!(sets("s.x == 1"), "");
        assert_eq!(sets("o.x = f()"), "");
        assert_eq!(sets("if s.x:"), "");
    }

    #[test]
    fn what_has_a_name_may_matter_to_others() {
        for line in ["s.x = f()", "s.x: T = f", "s.x = 0 or f()", "s.a = s.b = f", "s.x = \\\n  f"]
        {
            assert!(sets(line).ends_with('!'), "{line}");
        }
        for line in ["s.x = f(); s.y = 1", "s.x = lambda a=1: a", "s.x = None; s.y = s.z"] {
            assert!(sets(line).ends_with('!'), "{line}");
        }
        for line in [
            "s.x = s.f(g)",
            "s.x = f'{f}'",
            "s.x += f()",
            "s.x = await f()",
            "s.x = (f)",
            "s.x: T",
            "y = f",
        ] {
            assert!(!sets(line).ends_with('!'), "{line}");
        }
    }
}
