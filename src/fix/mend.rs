//! From a breach of a rule that is not about one site to the edits that put it right, or the reason why there are none. It
//! writes what the rule asks for, and does not ask whether the rule is right.

use std::collections::BTreeMap;

use super::case::Case;
use super::edits::Edit;
use super::names::Names;
use super::outcome::Outcome;
use super::place::place;
use super::put_back::keep_running;
use crate::python::{Kind, NodeId};
use crate::rules::{FixKind, ProjectFinding, Status, suppressions};
use crate::settings::Applicability;

/// What is decided about the breaches of a file, in their order.
pub(super) struct Mends<'a> {
    breaches: &'a [ProjectFinding],
    /// Why one is not mended.
    declined: Vec<Option<String>>,
    wanted: Vec<bool>,
}

impl<'a> Mends<'a> {
    pub(super) fn decide(context: &Case<'a>) -> Self {
        let breaches = context.breaches;
        let trial = |b: &ProjectFinding| edits(context, &mut Names::default(), b).err();
        let declined: Vec<Option<String>> = breaches.iter().map(trial).collect();
        let settings = context.settings;
        let open = |b: &ProjectFinding| b.status == Status::Open || settings.suppressed;
        let wanted = |(b, d): (&ProjectFinding, &Option<String>)| {
            settings.unsafe_fixes && open(b) && d.is_none()
        };
        let wanted = breaches.iter().zip(&declined).map(wanted).collect();
        Self { breaches, declined, wanted }
    }

    /// Whether nothing is to be mended.
    pub(super) fn is_empty(&self) -> bool {
        !self.wanted.contains(&true)
    }

    /// The edits of everything that is to be mended; the comments that opted out of it go, too.
    pub(super) fn edits(&self, context: &Case<'_>, names: &mut Names) -> Vec<Edit> {
        let mut all = Vec::new();
        let mut comments = BTreeMap::new();
        for (breach, _) in self.breaches.iter().zip(&self.wanted).filter(|(_, wanted)| **wanted) {
            all.extend(edits(context, names, breach).unwrap_or_default());
            for found in suppressions(context.model, breach.diagnostic.node, breach.rule) {
                let gone = found.removal.into_iter().map(|r| (r.start, Edit::delete(r)));
                comments.extend(gone);
            }
        }
        all.extend(comments.into_values());
        all
    }

    /// Leaves everything as it is.
    pub(super) fn withdraw(&mut self, reason: &str) {
        for (declined, wanted) in self.declined.iter_mut().zip(&mut self.wanted) {
            if *wanted {
                *declined = Some(format!("the fix was checked and withdrawn: {reason}"));
                *wanted = false;
            }
        }
    }

    /// One outcome a breach.
    pub(super) fn outcomes(&self) -> Vec<Outcome> {
        let outcome = |(declined, wanted): (&Option<String>, &bool)| match declined {
            Some(reason) => Outcome::Declined(reason.clone()),
            None => Outcome::Fix {
                applicability: Applicability::Unsafe,
                tracker: None,
                applied: *wanted,
                note: None,
                elsewhere: None,
            },
        };
        self.declined.iter().zip(&self.wanted).map(outcome).collect()
    }
}

/// The edits that put a breach right.
fn edits(
    context: &Case<'_>,
    names: &mut Names,
    breach: &ProjectFinding,
) -> Result<Vec<Edit>, String> {
    match &breach.diagnostic.fix {
        FixKind::Unavailable(reason) => Err(reason.clone()),
        FixKind::ReplaceMethod { name, to } => {
            Ok(vec![Edit::replace(context.model.tree.range(*name), *to)])
        }
        FixKind::AddDiscardCallback { adds } => {
            let each = adds.iter().map(|add| discard(context, names, *add));
            Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
        }
        FixKind::RestoreRunning { .. } | FixKind::RetainPending { .. } => {
            keep_running(context, names, &breach.diagnostic.fix)
        }
        FixKind::AddPopDefault { arguments } => default(context, *arguments),
        FixKind::ReplaceDelWithPop { statement } => pop_for_del(context, *statement),
    }
}

/// `(key)` becomes `(key, None)`.
fn default(context: &Case<'_>, arguments: NodeId) -> Result<Vec<Edit>, String> {
    let tree = &context.model.tree;
    let Some(last) = tree.children(arguments).last() else {
        return Err("there is nothing to put a default behind".to_owned());
    };
    Ok(vec![Edit::insert(tree.end(last), ", None")])
}

/// `del entries[key]` becomes `entries.pop(key, None)`.
fn pop_for_del(context: &Case<'_>, statement: NodeId) -> Result<Vec<Edit>, String> {
    let model = context.model;
    let targets: Vec<NodeId> = model.tree.children(statement).collect();
    let [target] = targets[..] else {
        return Err("the statement deletes more than one thing".to_owned());
    };
    let parts: Vec<NodeId> = model.tree.children(target).collect();
    let [container, key] = parts[..] else {
        return Err("the key is not a plain expression".to_owned());
    };
    let tree = &model.tree;
    Ok(vec![
        Edit::delete(tree.start(statement)..tree.start(container)),
        Edit::replace(tree.end(container)..tree.start(key), ".pop("),
        Edit::replace(tree.end(key)..tree.end(target), ", None)"),
    ])
}

/// `tasks.add(task)` gets a line behind it that discards the task when it is done; a call as the argument gets a name.
fn discard(context: &Case<'_>, names: &mut Names, set: NodeId) -> Result<Vec<Edit>, String> {
    let model = context.model;
    let tree = &model.tree;
    let line = model.line(set);
    let parts = tree.parent(set).and_then(|attribute| {
        let call = tree.parent(attribute).filter(|c| model.kind(*c) == Kind::Call)?;
        let statement = tree.parent(call)?;
        let whole = model.kind(statement) == Kind::ExpressionStatement;
        let [task] = model.positional(call)[..] else { return None };
        whole.then_some((statement, task))
    });
    let Some((statement, task)) = parts else {
        return Err(format!("line {line} adds a task in a way that leaves no room for a callback"));
    };
    let place = place(context, statement);
    if !place.breaks.is_empty() {
        return Err(format!("line {line} holds more than one statement"));
    }
    let (newline, indent) = (context.newline(), &place.indent);
    let behind = |name: &str| {
        format!("{newline}{indent}{name}.add_done_callback({}.discard)", model.text(set))
    };
    match model.kind(task) {
        Kind::Identifier => Ok(vec![Edit::insert(place.after, behind(model.text(task)))]),
        Kind::Call => {
            let name = names.local(context, task, ["task", "background_task"]);
            let add = format!("{newline}{indent}{}.add({name})", model.text(set));
            Ok(vec![
                Edit::replace(tree.start(statement)..tree.start(task), format!("{name} = ")),
                Edit::delete(tree.end(task)..tree.end(statement)),
                Edit::insert(place.after, format!("{add}{}", behind(&name))),
            ])
        }
        _ => Err(format!("line {line} adds what is neither a name nor a call")),
    }
}
