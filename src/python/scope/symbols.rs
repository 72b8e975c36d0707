//! The interned names of a file. It knows where they occur, not what they refer to.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// An interned name of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(u32);

impl Symbol {
    pub(super) const FIRST: Self = Self(0);
    pub(super) const LAST: Self = Self(u32::MAX);
}

/// Assigns a symbol to each name of a text.
#[derive(Debug)]
pub(super) struct Interner<'a> {
    code: &'a str,
    /// Names that have a symbol already.
    outside: Option<&'a Symbols>,
    known: FxHashMap<&'a str, Symbol>,
    entries: Vec<SymbolEntry>,
}

/// The symbol of each name of a text, without the text.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// Sorted by name.
    names: Vec<SymbolEntry>,
}

#[derive(Debug, Clone, Copy)]
struct SymbolEntry {
    /// The offset of its first occurrence.
    start: u32,
    length: u32,
    symbol: Symbol,
}

impl SymbolEntry {
    fn text(self, code: &str) -> &str {
        let start = self.start as usize;
        &code[start..start + self.length as usize]
    }
}

impl<'a> Interner<'a> {
    pub(super) fn new(code: &'a str, outside: Option<&'a Symbols>) -> Self {
        Self { code, outside, known: FxHashMap::default(), entries: Vec::new() }
    }

    /// The symbol of the name in a byte range.
    pub(super) fn intern(&mut self, bytes: Range<usize>) -> Symbol {
        let to_u32 = |count| u32::try_from(count).expect("files are smaller than 4 GiB");
        let name = &self.code[bytes.clone()];
        *self.known.entry(name).or_insert_with(|| {
            if let Some(symbol) = self.outside.and_then(|outside| outside.get(self.code, name)) {
                return symbol;
            }
            let before = self.outside.map_or(0, |outside| outside.names.len());
            let symbol = Symbol(to_u32(before + self.entries.len()));
            self.entries.push(SymbolEntry {
                start: to_u32(bytes.start),
                length: to_u32(bytes.len()),
                symbol,
            });
            symbol
        })
    }

    /// Ends the interning.
    pub(super) fn freeze(self) -> Symbols {
        let Self { code, entries: mut names, .. } = self;
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
        let mut interner = Interner::new(code, None);
        let [first, other, again] = [0..1, 2..3, 4..5].map(|bytes| interner.intern(bytes));
        assert_eq!(first, again);
        assert_ne!(first, other);
        let symbols = interner.freeze();
        assert_eq!(symbols.get(code, "a"), Some(other));
        assert_eq!(symbols.get(code, "b"), Some(first));
        assert_eq!(symbols.get(code, "c"), None);
    }
}
