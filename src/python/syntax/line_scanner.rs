//! Reads off the bytes of one logical line, outside of brackets, strings and comments, which attributes and names it assigns
//! and whether the value may refer to a name. It knows no other line.

use std::ops::Range;

use super::identifier::{is_identifier_byte, is_whole_word};

/// The assignments of a logical line, collected while it is read.
#[derive(Debug, Default)]
pub(super) struct LineScanner {
    /// The names of the attributes of the function's first parameter that it assigns.
    pub(super) attributes_set: Vec<Range<usize>>,
    /// Where the values after its first and its last `=` begin; an `=` of another operator does not count.
    values: Option<(usize, usize)>,
    /// Where the annotation of an attribute begins.
    annotation: Option<usize>,
    /// Whether it contains the `=` of an operator such as `+=`.
    augments: bool,
    /// Whether it contains a `:`.
    has_colon: bool,
    /// Whether it contains a `;`.
    has_semicolon: bool,
}

/// The words at the beginning of statements that bind names without an `=`.
const BINDING_STATEMENTS: [&[u8]; 14] = [
    b"async",
    b"case",
    b"class",
    b"def",
    b"del",
    b"except",
    b"for",
    b"from",
    b"global",
    b"import",
    b"match",
    b"nonlocal",
    b"type",
    b"with",
];

/// The words at the beginning of the headers that bind no name without a walrus.
const CONDITIONS: [&[u8]; 6] = [b"elif", b"else", b"finally", b"if", b"try", b"while"];

impl LineScanner {
    /// Records the `=`, `:` or `;` at a byte; `first` is the range of the function's first parameter.
    pub(super) fn separator(&mut self, bytes: &[u8], at: usize, first: &Range<usize>) {
        let attribute = assigned_attribute(bytes, at, &bytes[first.clone()]);
        if attribute.is_some() && bytes[at] == b':' {
            self.annotation = Some(at + 1);
        }
        self.attributes_set.extend(attribute);
        self.has_semicolon |= bytes[at] == b';';
        self.has_colon |= bytes[at] == b':';
        let is_other_operator = bytes.get(at + 1) == Some(&b'=')
            || bytes[..at].last().is_some_and(|b| b"=!<>+-*/%@&|^".contains(b));
        let shifts = [b"<<", b">>"].iter().any(|shift| bytes[..at].ends_with(*shift));
        self.augments |= bytes[at] == b'='
            && (shifts || bytes[..at].last().is_some_and(|b| b"+-*/%@&|^".contains(b)));
        if bytes[at] == b'=' && !is_other_operator {
            let values = self.values.get_or_insert((at + 1, at + 1));
            values.1 = at + 1;
        }
    }

    /// The value that the line, whose code ends at byte `end`, assigns to attributes of the first parameter; an empty range if
    /// it only annotates one.
    fn value(&self, end: usize) -> Range<usize> {
        self.values.map_or(end..end, |(_, last)| last..end)
    }

    /// Whether the line, which begins at byte `start`, may have more statements or targets than [`Self::attribute_texts`] tells.
    pub(super) fn may_have_more(&self, bytes: &[u8], start: usize) -> bool {
        let targets = self.values.map_or(&[][..], |(_, last)| &bytes[start..last]);
        self.has_semicolon || self.annotation.is_none() && targets.contains(&b',')
    }

    /// The attributes of the first parameter that the line assigns or annotates, with the value and the annotation.
    pub(super) fn attribute_texts(&self, end: usize) -> impl Iterator<Item = AttributeText> + '_ {
        let annotation = self.annotation.map_or(end..end, |start| {
            start..self.values.map_or(end, |(first, _)| (first - 1).max(start))
        });
        self.attributes_set.iter().map(move |name| AttributeText {
            name: name.clone(),
            annotation: annotation.clone(),
            value: self.value(end),
        })
    }

    /// The part of the line in which it may bind names of the function, if there is one: its targets, or all of it. `start` is
    /// the byte at which it begins.
    pub(super) fn binding_text(
        &self,
        bytes: &[u8],
        start: usize,
        end: usize,
        first: &Range<usize>,
    ) -> Option<Range<usize>> {
        let line = &bytes[start..end];
        let word = &line[..line.iter().take_while(|b| is_identifier_byte(**b)).count()];
        if BINDING_STATEMENTS.contains(&word) || self.has_semicolon || self.augments {
            return Some(start..end);
        }
        // What has an annotation has one target.
        if self.annotation.is_some() {
            return None;
        }
        let Some((_, last)) = self.values else {
            let is_condition = line.ends_with(b":") && CONDITIONS.contains(&word);
            return (self.has_colon && !is_condition).then_some(start..end);
        };
        let targets = bytes[start..last - 1].trim_ascii_end();
        let path = targets.iter().all(|b| is_identifier_byte(*b) || *b == b'.');
        let is_attribute =
            path && word == &bytes[first.clone()] && targets.get(word.len()) == Some(&b'.');
        (!is_attribute).then(|| start..start + targets.len())
    }

    /// Whether the line, which ends at byte `end`, may assign to an attribute the value of a name, or of an attribute access
    /// or call on one.
    pub(super) fn may_assign_name(&self, bytes: &[u8], end: usize, first: &Range<usize>) -> bool {
        let Some((from, last)) = self.values.filter(|_| !self.attributes_set.is_empty()) else {
            return self.has_semicolon && !self.attributes_set.is_empty();
        };
        let value = bytes[last..end].trim_ascii_start();
        let word = &value[..value.iter().take_while(|b| is_identifier_byte(**b)).count()];
        let plain: [&[u8]; 6] = [b"None", b"True", b"False", b"not", b"await", b"yield"];
        let is_annotated = bytes[first.end..].trim_ascii_start().starts_with(b":");
        // A value of the receiver itself is not a name from elsewhere: `self.x = self.make()`.
        let is_receiver = *word == bytes[first.clone()] && !is_annotated;
        let is_text = matches!(value.get(word.len()), Some(b'"' | b'\''));
        let begins_plain = match word.first() {
            Some(byte) => byte.is_ascii_digit() || plain.contains(&word) || is_receiver || is_text,
            None => !value.starts_with(b"\\"),
        };
        let text = &bytes[from..end];
        let has = |word: &str| {
            memchr::memmem::find_iter(text, word).any(|at| is_whole_word(text, at, word.len()))
        };
        !begins_plain || self.has_semicolon || ["or", "and", "lambda"].into_iter().any(has)
    }
}

/// What a logical line gives to an attribute, as byte ranges; those of what it does not give are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::python) struct AttributeText {
    pub(in crate::python) name: Range<usize>,
    pub(in crate::python) annotation: Range<usize>,
    pub(in crate::python) value: Range<usize>,
}

/// The attribute of the parameter `first` to which the `=` or `:` at a byte assigns: `self.x = y`, `self.x: T`. Attributes
/// of anything else are not attributes of a class.
fn assigned_attribute(bytes: &[u8], at: usize, first: &[u8]) -> Option<Range<usize>> {
    let behind = &bytes[at + 1..];
    let is_header = bytes[at] == b':'
        && behind
            .iter()
            .find(|b| !matches!(b, b' ' | b'\t'))
            .is_none_or(|b| matches!(b, b'\n' | b'\r' | b'#'));
    let before = bytes[..at].trim_ascii_end();
    let name = before.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
    let object = before[..before.len() - name].trim_ascii_end();
    let object = object.strip_suffix(b".")?.trim_ascii_end();
    // Whatever else stands before it on the line, brackets for example, is left to the parser.
    let is_first =
        object.ends_with(first) || !object.last().is_some_and(|b| is_identifier_byte(*b));
    let sets = !is_header && behind.first() != Some(&b'=') && name > 0 && is_first;
    sets.then(|| before.len() - name..before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The attributes that a line assigns, followed by `!` if the value may refer to a name.
    fn sets(line: &str) -> String {
        let code = format!("s\n{line}");
        let mut found = LineScanner::default();
        for at in (2..code.len()).filter(|at| b"=:;".contains(&code.as_bytes()[*at])) {
            found.separator(code.as_bytes(), at, &(0..1));
        }
        let names: Vec<&str> =
            found.attributes_set.iter().map(|name| &code[name.clone()]).collect();
        let may_assign_name = found.may_assign_name(code.as_bytes(), code.len(), &(0..1));
        format!("{}{}", names.join(" "), if may_assign_name { "!" } else { "" })
    }

    #[test]
    fn attributes_of_the_first_parameter_are_found() {
        assert_eq!(sets("s.x = 1"), "x");
        assert_eq!(sets("s . x: int = None"), "x");
        assert_eq!(sets("s.a = s.b = [f()]"), "a b");
        assert_eq!(sets("s.x == 1"), "");
        assert_eq!(sets("o.x = f()"), "");
        assert_eq!(sets("if s.x:"), "");
    }

    #[test]
    fn a_value_with_a_name_may_matter_to_others() {
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
