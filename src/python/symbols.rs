//! The names of a file, a number for each. It knows where they stand, not what they stand for.

use std::collections::HashMap;
use std::ops::Range;

/// An interned name of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    pub(super) const FIRST: Self = Self(0);
    pub(super) const LAST: Self = Self(u32::MAX);
}

/// Gives the names of a text their numbers.
#[derive(Debug)]
pub(super) struct Interner<'a> {
    code: &'a str,
    known: HashMap<&'a str, Symbol>,
    found: Vec<Name>,
}

/// The names of a text, without the text.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// Sorted by the names.
    names: Vec<Name>,
}

#[derive(Debug, Clone, Copy)]
struct Name {
    /// Where it stands first.
    start: u32,
    length: u32,
    symbol: Symbol,
}

impl Name {
    fn text(self, code: &str) -> &str {
        let start = self.start as usize;
        &code[start..start + self.length as usize]
    }
}

impl<'a> Interner<'a> {
    pub(super) fn new(code: &'a str) -> Self {
        Self { code, known: HashMap::new(), found: Vec::new() }
    }

    /// The symbol of the name in a range of bytes.
    pub(super) fn intern(&mut self, bytes: Range<usize>) -> Symbol {
        let small = |count| u32::try_from(count).expect("files are smaller than 4 GiB");
        *self.known.entry(&self.code[bytes.clone()]).or_insert_with(|| {
            let symbol = Symbol(small(self.found.len()));
            self.found.push(Name { start: small(bytes.start), length: small(bytes.len()), symbol });
            symbol
        })
    }

    /// All of them, when no more are to come.
    pub(super) fn settle(self) -> Symbols {
        let Self { code, found: mut names, .. } = self;
        names.sort_unstable_by_key(|name| name.text(code));
        names.shrink_to_fit();
        Symbols { names }
    }
}

impl Symbols {
    /// The symbol of a name, if the text has it at all.
    pub(super) fn get(&self, code: &str, name: &str) -> Option<Symbol> {
        let found = self.names.binary_search_by_key(&name, |known| known.text(code)).ok()?;
        Some(self.names[found].symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_symbol_wherever_it_stands() {
        let code = "b a b";
        let mut interner = Interner::new(code);
        let [first, other, again] = [0..1, 2..3, 4..5].map(|bytes| interner.intern(bytes));
        assert_eq!(first, again);
        assert_ne!(first, other);
        let symbols = interner.settle();
        assert_eq!(symbols.get(code, "a"), Some(other));
        assert_eq!(symbols.get(code, "b"), Some(first));
        assert_eq!(symbols.get(code, "c"), None);
    }
}
