//! The words without which no code has a site, and under which other names a file calls what they name. It judges nothing.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::project::Project;
use super::spawner::NAMES;
use crate::python::{
    Binding, BindingKind, Kind, Model, ScopeId, is_identifier_byte, is_whole_word,
};
use crate::text::Finder;

/// The places in a text of the words that a site, or a task factory, cannot do without, in order; none of those about whose
/// call the bytes around it say that it is no site that anybody has to care for. It allocates nothing.
pub fn marks(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    static WORDS: OnceLock<AhoCorasick> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(NAMES.iter().chain(&["set_task_factory"]))
            .expect("seven words are few")
    });
    let may_matter = |m: &aho_corasick::Match| {
        let (before, after) = (&text[..m.start()], &text[m.end()..]);
        is_whole_word(text, m.start(), m.len()) && may_be_site(before, &text[m.range()], after)
    };
    words.find_iter(text).filter(may_matter).map(|m| m.start())
}

/// Whether a spawner's name between these texts may be one that makes a task which is not waited for where it is made.
fn may_be_site(before: &[u8], name: &[u8], after: &[u8]) -> bool {
    let is_called = after.trim_ascii_start().starts_with(b"(");
    let renamed = after.starts_with(b" as ") || before.trim_ascii_end().ends_with(b"=");
    match name {
        b"gather" | b"shield" => {
            let owner = before.strip_suffix(b"asyncio.").unwrap_or(before);
            let is_attribute = before.ends_with(b".");
            match is_called {
                true => !owner.ends_with(b"await "),
                false => is_attribute || renamed,
            }
        }
        b"Task" => {
            let line = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
            let owner = before.strip_suffix(b"asyncio.").unwrap_or(before).trim_ascii_end();
            let is_base = line.trim_ascii_start().starts_with(b"class ");
            is_called || renamed || is_base || owner.ends_with(b"=")
        }
        _ => !before.ends_with(b"def "),
    }
}

/// Words under which the project's wrappers are called.
#[derive(Debug)]
pub(super) struct Words<'a> {
    project: &'a Project,
    /// Finds the names.
    names: Option<Finder>,
}

impl<'a> Words<'a> {
    /// These of the project's names.
    pub(super) fn new(project: &'a Project, names: &[String]) -> Self {
        let names = names.iter().filter(|name| !NAMES.contains(&name.as_str()));
        let names: Vec<&String> = names.collect();
        let names = (!names.is_empty()).then(|| Finder::new(names));
        Self { project, names }
    }

    /// Has a model ask for every function that may call one of them, or a spawner by a name of the file's own.
    pub(super) fn look_ahead(&self, model: &Model) {
        if model.is_fully_parsed() {
            return;
        }
        if let Some(names) = &self.names {
            let foreign = self.foreign(model);
            model.request_naming_any(names, |before, after| {
                may_be_used(before, after) && !is_foreign(before, after, &foreign)
            });
        }
        for alias in self.aliases(model) {
            model.request_naming(alias);
        }
    }

    /// The names that the module gives to modules of others, and to nothing else.
    fn foreign<'m>(&self, model: &'m Model) -> BTreeSet<&'m str> {
        let bindings = || model.scopes.all_bindings(ScopeId::MODULE);
        let is_import = |b: &&Binding| match &b.kind {
            BindingKind::Import { module } => !self.project.is_own(module),
            _ => false,
        };
        let named = |b: &'m Binding| model.text(b.node);
        let others: BTreeSet<&str> = bindings().filter(|b| !is_import(b)).map(named).collect();
        bindings().filter(is_import).map(named).filter(|name| !others.contains(name)).collect()
    }

    /// What the module calls spawners, where that is none of their own names.
    fn aliases<'m>(&self, model: &'m Model) -> Vec<&'m str> {
        let mut found: Vec<&str> = Vec::new();
        loop {
            let before = found.len();
            for binding in model.scopes.all_bindings(ScopeId::MODULE) {
                let name = model.text(binding.node);
                let is_new = !self.is_spawner(name) && !found.contains(&name);
                if is_new && self.renames(model, binding, &found) {
                    found.push(name);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    fn is_spawner(&self, name: &str) -> bool {
        NAMES.contains(&name) || self.project.is_wrapper_name(name)
    }

    /// Whether a binding may give its name a spawner: one of the project's or asyncio's, or one of the `known` names'.
    fn renames(&self, model: &Model, binding: &Binding, known: &[&str]) -> bool {
        match &binding.kind {
            BindingKind::ImportFrom { name, .. } => self.is_spawner(name),
            BindingKind::Assign { value } => {
                let value = model.bare(*value);
                let may = matches!(
                    model.kind(value),
                    Kind::Identifier
                        | Kind::Attribute
                        | Kind::ConditionalExpression
                        | Kind::BooleanOperator
                        | Kind::Lambda
                ) || model.text(value).starts_with("getattr(");
                let mut words = model.text(value).split(|c: char| !c.is_alphanumeric() && c != '_');
                may && words.any(|w| self.is_spawner(w) || known.contains(&w))
            }
            _ => false,
        }
    }
}

/// Whether a name between these texts is an attribute of a module that is not the project's: `subprocess.run(...)` in a
/// function that speaks of `subprocess` in no other way than that.
fn is_foreign(before: &[u8], after: &[u8], foreign: &BTreeSet<&str>) -> bool {
    let Some(object) = before.strip_suffix(b".") else { return false };
    let length = object.iter().rev().take_while(|b| is_identifier_byte(**b)).count();
    let (rest, name) = object.split_at(object.len() - length);
    let Some(name) = std::str::from_utf8(name).ok().filter(|name| foreign.contains(name)) else {
        return false;
    };
    let only_asked = |text: &[u8]| {
        memchr::memmem::find_iter(text, name).all(|at| text.get(at + name.len()) == Some(&b'.'))
    };
    !rest.ends_with(b".") && only_asked(rest) && only_asked(after)
}

/// Whether a name between these texts may be called, or handed on.
fn may_be_used(before: &[u8], after: &[u8]) -> bool {
    let after = after.trim_ascii_start();
    let is_keyword = after.starts_with(b"=") && !after.starts_with(b"==");
    !before.ends_with(b"def ") && !is_keyword && !after.starts_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_foreign_module_does_is_no_wrapper_of_the_project() {
        let foreign = BTreeSet::from(["os"]);
        assert!(is_foreign(b"os.x()\nos.", b"(y)", &foreign));
        assert!(!is_foreign(b"os.", b"(y)\nf(os)", &foreign));
        assert!(!is_foreign(b"def f(os):\n    os.", b"()", &foreign));
        assert!(!is_foreign(b"self.os.", b"()", &foreign));
        assert!(!is_foreign(b"pos.", b"()", &foreign));
    }

    #[test]
    fn marks_are_whole_words_that_can_be_called() {
        let places = |code: &str| marks(code.as_bytes()).count();
        assert_eq!(places("create_task(x); a.gather(y); asyncio.Task(z)"), 3);
        assert_eq!(places("_create_task(x); tasks_gathered; Tasks()"), 0);
        assert_eq!(places("def create_task(x): ...\nx: Task[int] | asyncio.Task | None"), 0);
        assert_eq!(places("T = asyncio.Task\nloop.set_task_factory(f)"), 2);
        assert_eq!(places("class A(asyncio.Task): ...\nfrom asyncio import Task as T"), 2);
        assert_eq!(
            places("await asyncio.gather(a)\nfrom asyncio import gather\nawait gather()"),
            0
        );
        assert_eq!(places("g = asyncio.gather\nreturn gather(a)\nimport gather as h"), 3);
    }
}
