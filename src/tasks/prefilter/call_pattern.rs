//! Text patterns of calls of the project's wrappers, and what the bytes around a class say of its use. It searches no text.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::python::{is_identifier_byte, is_whole_word};

/// The text that a file must contain to call a wrapper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallPattern {
    /// The call, up to its bracket: `spawn(`; of a decorator, its name alone.
    pub call: String,
    /// The class that the wrapper belongs to and those that derive from it, or its module.
    pub owners: BTreeSet<String>,
    /// Calls by the names that instances of the classes are known under: `POOL.spawn(`; calls of functions that return such
    /// instances: `get_pool(`.
    pub known_calls: BTreeSet<String>,
    /// Whether the owner is a class, so that the name itself cannot be imported.
    pub is_method: bool,
    /// Whether it is only there to be overridden, so that every subclass matters.
    pub is_abstract: bool,
    /// Whether it is a method of which only those matter that override it, and not its calls.
    pub is_overridden: bool,
    /// How its module is imported from: `spawning import`.
    pub import: String,
    /// The module itself.
    pub module: String,
}

impl CallPattern {
    /// The name that is called.
    pub(in crate::tasks) fn name(&self) -> &str {
        self.call.trim_end_matches('(')
    }

    /// Words, one of which every text that matches has as a whole: the name of the call, and those of its owners.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let called = (!self.is_overridden).then(|| self.name());
        called.into_iter().chain(self.owners.iter().filter(|_| self.is_method).map(String::as_str))
    }

    /// What an `__init__.py` may have instead: the name of the module that it may re-export from; `import` where that has none.
    pub fn module_word(&self) -> Option<&str> {
        self.import.split_whitespace().next()
    }

    /// What names the owner of the wrapper where it is called.
    pub(super) fn owner_names(&self) -> impl Iterator<Item = String> {
        let Self { call, owners, known_calls, is_method, .. } = self;
        let named = move |owner: &String| match is_method {
            true => vec![owner.clone()],
            // A module has one name, unless an import gives it another.
            false => vec![format!("{owner}.{call}"), format!("{owner} as ")],
        };
        // A package around the module may re-export the function.
        let packages = self.module.rsplit_once('.').filter(|_| !is_method);
        let packages = packages.into_iter().flat_map(|(packages, _)| packages.split('.'));
        let through = packages.flat_map(move |package| named(&package.to_owned()));
        let assigned = known_calls.iter().map(|known| replaced(known));
        let owned = owners.iter().flat_map(named);
        owned.chain(through).chain(known_calls.iter().cloned()).chain(assigned)
    }
}

/// The text by which something else is assigned to what a text calls.
pub(super) fn replaced(called: &str) -> String {
    format!("{} = ", called.trim_end_matches('('))
}

/// Whether the class named at an offset is used there as a base class, or as the type of an
/// attribute, module variable or returned value: `class A(Pool)`, `POOL = Pool(…)`, `self.pool: Pool`,
/// `pool: Pool` of a parameter that is stored, `-> Pool`.
pub(super) fn provides(text: &[u8], at: usize, end: usize) -> bool {
    let line = memchr::memrchr(b'\n', &text[..at]).map_or(0, |found| found + 1);
    // A library's class of the same name: `asyncio.Task`.
    if text[line..at].ends_with(b"asyncio.") {
        return false;
    }
    let before = without_modules(&text[line..at]).trim_ascii_end();
    let after = text[end..].trim_ascii_start();
    if is_base(&text[..line], before) {
        return true;
    }
    let is_name = |text: &[u8]| !text.is_empty() && text.iter().all(|b| is_identifier_byte(*b));
    let is_lasting = |target: &[u8]| {
        let target = target.trim_ascii_end();
        let own = target.trim_ascii_start();
        let attribute = own.strip_prefix(b"self.").or(own.strip_prefix(b"cls."));
        is_name(target) || attribute.is_some_and(is_name)
    };
    if let Some(target) = before.strip_suffix(b"=") {
        return after.starts_with(b"(") && is_lasting(target);
    }
    let is_type = |b: &u8| is_identifier_byte(*b) || b"[]\"'|., ".contains(b);
    let typed = before.iter().rev().take_while(|b| is_type(b)).count();
    let before = &before[..before.len() - typed];
    if before.ends_with(b"->") {
        return true;
    }
    let Some(target) = before.strip_suffix(b":") else { return false };
    let length = target.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
    let name = &target[target.len() - length..];
    let stored = || memchr::memmem::find(text, &[b".", name, b" = ", name].concat()).is_some();
    // A field of a class, or a parameter.
    let is_field = || is_name(target.trim_ascii_start()) && !after.starts_with(b",");
    !name.is_empty() && (is_lasting(target) || is_field() || stored())
}

/// Whether a text uses the class named at these offsets as a base class, or renames it: `class
/// A(Pool)`, `import Pool as Base`.
pub fn may_derive(text: &[u8], name: &Range<usize>) -> bool {
    let line = memchr::memrchr(b'\n', &text[..name.start]).map_or(0, |found| found + 1);
    let before = || without_modules(&text[line..name.start]).trim_ascii_end();
    is_whole_word(text, name.start, name.len())
        && (text[name.end..].starts_with(b" as ") || is_base(&text[..line], before()))
}

/// Strips the qualifying module names from the text before a dotted name.
fn without_modules(mut before: &[u8]) -> &[u8] {
    while let Some(object) = before.strip_suffix(b".") {
        let name = object.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
        before = &object[..object.len() - name];
    }
    before
}

/// Whether a name that follows `before` on its line, below the text `above`, is in a class's list
/// of bases.
fn is_base(above: &[u8], before: &[u8]) -> bool {
    let is_class = |line: &[u8]| line.trim_ascii_start().starts_with(b"class ");
    if is_class(before) {
        return memchr::memchr(b'(', before).is_some();
    }
    // The bases on lines of their own, one or more on each.
    let Some(open) = memchr::memrchr(b'(', above) else { return false };
    let line = memchr::memrchr(b'\n', &above[..open]).map_or(0, |found| found + 1);
    is_class(&above[line..open]) && memchr::memchr(b')', &above[open..]).is_none()
}
