//! Text patterns of calls of the project's wrappers, and their matcher. It looks at bytes alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};

use crate::python::{is_identifier_byte, is_whole_word};
use crate::text::{Finder, PatternMatch};

/// The text that a file must contain to call a wrapper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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

/// A pattern with its search automaton.
#[derive(Debug)]
struct CompiledPattern<'a> {
    pattern: &'a CallPattern,
    /// Matches the receiver's name.
    names: Finder,
}

/// The patterns that a text matches, as indices into the matcher's patterns.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Wrappers that it may call or re-export.
    pub calls: Vec<usize>,
    /// Wrappers that it may call through a receiver that does not name the owner.
    pub unqualified: Vec<usize>,
    /// Wrappers whose class it derives from, or of whose class it provides an instance.
    pub provides: Vec<usize>,
}

impl<'a> CompiledPattern<'a> {
    fn new(pattern: &'a CallPattern) -> Self {
        let CallPattern { call, owners, known_calls, is_method, .. } = pattern;
        let assigned = known_calls.iter().map(|known| replaced(known));
        let known = known_calls.iter().cloned().chain(assigned);
        let names = match is_method {
            true => Finder::new(owners.iter().cloned().chain(known)),
            // A module has one name, unless an import gives it another.
            false => {
                let named = |owner: &String| [format!("{owner}.{call}"), format!("{owner} as ")];
                Finder::new(owners.iter().flat_map(named).chain(known))
            }
        };
        Self { pattern, names }
    }

    /// Whether a file with this text may call the wrapper: it has the call, and names an owner or
    /// imports the name. An `__init__.py` may also re-export it: it imports the name, its class, or
    /// everything from the module. None when the text has the call without naming its owner.
    fn is_in(&self, text: &[u8], is_package: bool) -> Option<bool> {
        let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
        let CallPattern { call, is_method, import, .. } = self.pattern;
        let name = self.pattern.name();
        let imported = || !is_method && (is_imported(text, name) || has("import *"));
        let names_owner =
            self.names.find_iter(text).any(|found| is_whole_words(text, &found.range));
        let calls = has(call) || has(&if *is_method { replaced(name) } else { renamed(name) });
        // By a name in quotes it may be called through anything.
        if !is_method && has("getattr(") && quoted(name).iter().any(|quoted| has(quoted)) {
            return Some(true);
        }
        let re_exports =
            || is_package && has(import) && (has("import *") || has(name) || names_owner);
        match calls && (names_owner || imported()) || re_exports() {
            false if calls => None,
            is_in => Some(is_in),
        }
    }
}

/// The text by which something else is assigned to what a text calls.
fn replaced(called: &str) -> String {
    format!("{} = ", called.trim_end_matches('('))
}

/// A name as a string.
fn quoted(name: &str) -> [String; 2] {
    [format!("\"{name}\""), format!("'{name}'")]
}

/// The text by which an import gives a name another one.
fn renamed(name: &str) -> String {
    format!("{name} as ")
}

impl CallPattern {
    /// The name that is called.
    pub(in crate::tasks) fn name(&self) -> &str {
        self.call.trim_end_matches('(')
    }
}

/// Whether a match does not begin or end in the middle of a word.
fn is_whole_words(text: &[u8], index: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| is_identifier_byte(*b));
    let goes_on = |inside: usize, beyond: Option<&u8>| is_word(text.get(inside)) && is_word(beyond);
    let before = index.start.checked_sub(1).and_then(|at| text.get(at));
    !goes_on(index.start, before) && !goes_on(index.end - 1, text.get(index.end))
}

/// Whether a name follows `import`, or stands in what may be an import list.
fn is_imported(text: &[u8], name: &str) -> bool {
    memchr::memmem::find_iter(text, name).any(|at| {
        let before = text[..at].trim_ascii_end();
        let after = text.get(at + name.len());
        if after.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b'=')) {
            return false;
        }
        matches!(before.last(), Some(b',' | b'(')) || before.ends_with(b"import")
    })
}

/// Searches texts for callers of the project's wrappers, and for what passes their classes on.
#[derive(Debug)]
pub struct CallerMatcher<'a> {
    pattern: Vec<CompiledPattern<'a>>,
    words: Finder,
    /// The meaning of each word.
    meanings: Vec<WordMeaning>,
    imports: Finder,
    /// For each import, the indices of the patterns of its module.
    imported: Vec<Vec<usize>>,
}

/// Which patterns a word can belong to, by index.
#[derive(Debug, Default)]
struct WordMeaning {
    /// Patterns whose call it is.
    called: Vec<usize>,
    /// Patterns whose class name it begins with, and the length of that name in bytes.
    classes: Vec<(usize, usize)>,
}

impl<'a> CallerMatcher<'a> {
    /// None when there is no wrapper.
    pub fn new(pattern: Vec<&'a CallPattern>) -> Option<Self> {
        let mut words: BTreeMap<String, WordMeaning> = BTreeMap::new();
        let mut imports: BTreeMap<&String, Vec<usize>> = BTreeMap::new();
        for (index, one) in pattern.iter().enumerate() {
            if !one.is_overridden {
                words.entry(one.call.clone()).or_default().called.push(index);
            }
            imports.entry(&one.import).or_default().push(index);
            let others = match one.is_method {
                true => vec![format!(".{}", replaced(one.name()))],
                false => quoted(one.name()).into_iter().chain([renamed(one.name())]).collect(),
            };
            for other in others.into_iter().filter(|_| !one.is_overridden) {
                words.entry(other).or_default().called.push(index);
            }
            for class in one.owners.iter().filter(|_| one.is_method) {
                words.entry(class.clone()).or_default();
            }
        }
        // Where two words begin at the same offset, only the longer one may be reported.
        for (index, one) in pattern.iter().enumerate().filter(|(_, one)| one.call == one.name()) {
            let longer = words
                .range_mut::<str, _>((Bound::Excluded(one.name()), Bound::Unbounded))
                .take_while(|(word, _)| word.starts_with(one.name()));
            longer.for_each(|(_, meaning)| meaning.called.push(index));
        }
        for (index, one) in pattern.iter().enumerate().filter(|(_, one)| one.is_method) {
            for class in &one.owners {
                let longer = words
                    .range_mut::<str, _>((Bound::Included(class.as_str()), Bound::Unbounded))
                    .take_while(|(w, _)| w.starts_with(class.as_str()));
                longer.for_each(|(_, sense)| sense.classes.push((index, class.len())));
            }
        }
        let pattern: Vec<CompiledPattern<'_>> =
            pattern.into_iter().map(CompiledPattern::new).collect();
        let all = Self {
            pattern,
            words: Finder::new(words.keys()),
            meanings: words.into_values().collect(),
            imports: Finder::new(imports.keys()),
            imported: imports.into_values().collect(),
        };
        (!all.pattern.is_empty()).then_some(all)
    }

    /// Whether a file with this text may call or re-export one of the wrappers.
    pub(in crate::tasks) fn may_call(&self, text: &[u8], is_package: bool) -> bool {
        !self.matches(text, is_package).calls.is_empty()
    }

    /// Whether one of the wrappers is defined in this module.
    pub(in crate::tasks) fn defines_any(&self, module: &str) -> bool {
        self.pattern.iter().any(|derived| derived.pattern.module == module)
    }

    /// The patterns that a text matches, each index once. A text without any of the words allocates
    /// nothing.
    pub fn matches(&self, text: &[u8], is_package: bool) -> Matches {
        // The words and the patterns that were looked at.
        let mut words = BTreeSet::new();
        let mut checked = BTreeSet::new();
        let mut found = Matches::default();
        let mut check = |index: usize, found: &mut Matches| {
            if checked.insert(index) {
                match self.pattern[index].is_in(text, is_package) {
                    Some(true) => found.calls.push(index),
                    Some(false) => {}
                    None => found.unqualified.push(index),
                }
            }
        };
        for PatternMatch { pattern: word, range } in self.words.find_iter(text) {
            let WordMeaning { called, classes } = &self.meanings[word];
            for (index, length) in classes {
                let class = range.start..range.start + length;
                let provides = !found.provides.contains(index)
                    && is_whole_word(text, class.start, *length)
                    && match self.pattern[*index].pattern.is_overridden {
                        true => may_derive(text, &class),
                        false => provides(text, class.start, class.end),
                    };
                found.provides.extend(provides.then_some(*index));
            }
            if words.insert(word) {
                called.iter().for_each(|index| check(*index, &mut found));
            }
        }
        let imports = self.imports.find_iter(if is_package { text } else { &[] });
        for index in imports.flat_map(|import| &self.imported[import.pattern]) {
            check(*index, &mut found);
        }
        found
    }
}

/// Whether the class named at an offset is used there as a base class, or as the type of an
/// attribute, module variable or returned value: `class A(Pool)`, `POOL = Pool(…)`, `self.pool: Pool`,
/// `pool: Pool` of a parameter that is stored, `-> Pool`.
fn provides(text: &[u8], at: usize, end: usize) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn method(class: &str) -> CallPattern {
        CallPattern {
            call: "spawn(".into(),
            owners: BTreeSet::from([class.into()]),
            known_calls: BTreeSet::new(),
            is_method: true,
            is_abstract: false,
            is_overridden: false,
            import: "pools import".into(),
            module: "zoo.pools".into(),
        }
    }

    #[test]
    fn methods_of_one_name_are_told_apart_by_their_classes() {
        let (pool, ring) = (method("Pool"), method("Ring"));
        let callers = CallerMatcher::new(vec![&pool, &ring]).unwrap();
        assert!(callers.may_call(b"def f(pool: Pool): pool.spawn(x())", false));
        assert!(callers.may_call(b"def f(ring: Ring): ring.spawn(x())", false));
        assert!(!callers.may_call(b"def f(other: Other): other.spawn(x())", false));
    }

    #[test]
    fn a_call_needs_its_owner_or_an_import() {
        let pattern = CallPattern { is_method: false, ..method("pools") };
        let callers = CallerMatcher::new(vec![&pattern]).unwrap();
        assert!(callers.may_call(b"from zoo import pools\npools.spawn(x())", false));
        assert!(callers.may_call(b"import zoo.pools as p\np.spawn(x())", false));
        assert!(!callers.may_call(b"import zoo.pools\nspools.spawn(x())", false));
        assert!(callers.may_call(b"from .pools import *", true));
        assert!(callers.may_call(b"from x import spawn\nspawn(y())", false));
        assert!(!callers.may_call(b"zoo.spawn(y())", false));
        assert!(!callers.may_call(b"from .pools import *", false));
        assert!(callers.may_call(b"from .pools import *\nspawn(x())", false));
        assert!(callers.may_call(b"from .pools import spawn as s\ns(x())", false));
        assert!(CallerMatcher::new(vec![]).is_none());
    }

    #[test]
    fn a_decorator_is_named_without_a_call() {
        let decorator = CallPattern { call: "spawn".into(), is_method: false, ..method("pools") };
        let function = CallPattern { is_method: false, ..method("pools") };
        let callers = CallerMatcher::new(vec![&function, &decorator]).unwrap();
        assert!(callers.may_call(b"from pools import spawn\n@spawn\nasync def f(): ...", false));
        let found = callers.matches(b"from x import spawn\n@spawn(1)\ndef f(): ...", false);
        assert_eq!(found.calls.len(), 2);
        assert!(!callers.may_call(b"from pools import spawned", false));
    }

    #[test]
    fn subclasses_and_lasting_instances_provide_a_class() {
        let pool = method("Pool");
        let callers = CallerMatcher::new(vec![&pool]).unwrap();
        for text in [
            "class Ring(Pool): ...",
            "class Ring(\n    zoo.Pool,\n): ...",
            "class Ring(\n    Base, Pool\n): ...",
            "POOL = zoo.Pool(3)",
            "    self.pool = Pool()",
            "    self.pool: Pool | None = None",
            "POOL: \"zoo.Pool\"",
            "class A:\n    pool: Pool\n",
            "def __init__(self, pool: Optional[Pool]):\n    self.pool = pool",
            "    def pool(self) -> \"Pool | None\": ...",
        ] {
            assert!(!callers.matches(text.as_bytes(), false).provides.is_empty(), "{text}");
        }
        for text in [
            "    pool = Pool()",
            "def f(pool: Pool): ...",
            "    self.pool: asyncio.Pool",
            "f(Pool)",
            "class Pool: ...",
            "class A(Pools): ...",
        ] {
            assert!(callers.matches(text.as_bytes(), false).provides.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_known_instance_names_its_class() {
        let known_calls = BTreeSet::from(["POOL.spawn(".to_owned()]);
        let pattern = CallPattern { known_calls, ..method("Pool") };
        let callers = CallerMatcher::new(vec![&pattern]).unwrap();
        assert!(callers.may_call(b"POOL.spawn(x())", false));
        assert!(!callers.may_call(b"pool.spawn(x())", false));
    }
}
