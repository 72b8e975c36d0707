//! The functions that lead to one which waits for all tasks of a set, by the names of what they call. It must not resolve
//! names: a call that merely looks like one of them counts.

use std::collections::{BTreeMap, BTreeSet};

use super::task_set::TaskSet;
use crate::python::{BindingKind, Field, Kind, Model, NodeId};

/// The functions of a file that lead to one which waits for all tasks of a set.
pub(in crate::fix) struct DrainCallers<'a> {
    /// For each function name, the names that it calls.
    calls: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The names of the functions that read a set (beyond add and discard).
    readers: BTreeSet<&'a str>,
}

impl<'a> DrainCallers<'a> {
    /// Those of one file that lead to readers of these sets.
    pub(in crate::fix) fn of(model: &'a Model, sets: &[TaskSet]) -> Self {
        let readers = sets.iter().flat_map(|s| &s.readers);
        Self::to(model, readers.filter_map(|f| function_name(model, *f)).collect())
    }

    /// Those of one file that lead to functions with these names.
    pub(in crate::fix) fn to(model: &'a Model, readers: BTreeSet<&'a str>) -> Self {
        let mut drains = Self { calls: BTreeMap::new(), readers };
        // A caller contains the name of what it calls, and may have callers itself.
        while !drains.readers.is_empty() {
            drains.calls = calls(model);
            let names = drains.names();
            if names.iter().filter(|name| model.parse_naming(name)).count() == 0 {
                break;
            }
        }
        drains
    }

    /// The names of all these functions.
    pub(in crate::fix) fn names(&self) -> BTreeSet<String> {
        let leads = |name: &&&str| self.reader_from(vec![**name]).is_some();
        let callers = self.calls.keys().filter(leads);
        self.readers.iter().chain(callers).map(|name| (*name).to_owned()).collect()
    }

    /// The function that waits for all tasks of a set, if the coroutine that `call` is given leads
    /// to it. Its task in that set would wait for itself.
    pub(in crate::fix) fn awaited_drain(&self, model: &'a Model, call: NodeId) -> Option<&'a str> {
        match self.readers.is_empty() {
            true => None,
            false => self.reader_from(coroutines(model, call)),
        }
    }

    /// A function of another file that makes the coroutine of a site; none where no set is drained.
    pub(in crate::fix) fn external_coroutine(
        &self,
        model: &'a Model,
        call: NodeId,
    ) -> Option<&'a str> {
        let known = |name: &&str| self.calls.contains_key(name) || *name == "sleep";
        let mut names = match self.readers.is_empty() {
            true => Vec::new(),
            false => coroutines(model, call),
        };
        let spawner = model.child(call, Field::Function).map_or(call, |f| f);
        let own = model.text(spawner).rsplit('.').next().unwrap_or_default();
        names.retain(|name| *name != own);
        names.into_iter().find(|name| !known(name))
    }

    /// The first reader that functions with these names lead to.
    fn reader_from(&self, mut pending: Vec<&'a str>) -> Option<&'a str> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        while let Some(name) = pending.pop() {
            if self.readers.contains(name) {
                return Some(name);
            }
            if seen.insert(name) {
                pending.extend(self.calls.get(name).into_iter().flatten());
            }
        }
        None
    }
}

/// For each function name, the names that it calls, as far as the file is parsed.
fn calls(model: &Model) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let functions = model.tree.parsed_of(|kind| kind == Kind::FunctionDefinition);
    for function in functions {
        if let Some(name) = function_name(model, function) {
            let inside = model.tree.parsed_descendants(function);
            calls.entry(name).or_default().extend(called(model, inside));
        }
    }
    calls
}

fn function_name(model: &Model, function: NodeId) -> Option<&str> {
    model.child(function, Field::Name).map(|n| model.text(n))
}

/// The last names of the functions that make a site's coroutine: those called in its arguments (for
/// an uncalled spawner, in the arguments of the call around it), directly or through a variable.
fn coroutines(model: &Model, site: NodeId) -> Vec<&str> {
    let whole = match model.kind(site) {
        Kind::Call => Some(site),
        _ => model.tree.ancestors(site).find(|n| model.kind(*n) == Kind::Call),
    };
    let Some(whole) = whole else { return Vec::new() };
    let mut names = called(model, model.tree.descendants(whole));
    for argument in model.positional(whole) {
        let bindings = model.bindings_of(argument).iter();
        names.extend(bindings.flat_map(|b| match b.kind {
            BindingKind::Assign { value, .. } => {
                called(model, model.tree.descendants(model.statement_of(value)))
            }
            _ => Vec::new(),
        }));
    }
    names
}

/// The last names of what is called by these nodes.
fn called(model: &Model, nodes: impl Iterator<Item = NodeId>) -> Vec<&str> {
    let last_name = |callee: NodeId| match model.kind(callee) {
        Kind::Attribute => model.child(callee, Field::Attribute).map(|a| model.text(a)),
        _ => Some(model.text(callee)),
    };
    let calls = nodes.filter(|n| model.kind(*n) == Kind::Call);
    calls.filter_map(|c| model.child(c, Field::Function)).filter_map(last_name).collect()
}
