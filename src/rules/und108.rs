//! UND108: an attribute that every call overwrites with a new task, ignoring the previous one. It
//! knows one file.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use super::repetition::{
    depends_on_parameter, endless_loop, exits_early, runs_for_events, runs_once,
};
use crate::python::{Field, Kind, Model, NodeId, is_whole_word};
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND108",
    name: "overwritten-owner",
    summary: "each call overwrites the task of the previous call",
    default: false,
    doc: include_str!("../../testdata/rules/overwritten-owner/doc.md"),
    check: Check::Project(check_file),
};

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    if context.is_test {
        return Vec::new();
    }
    context.classified.iter().filter_map(|classified| diagnose(context, classified)).collect()
}

fn diagnose(context: &RuleContext<'_>, classified: &ClassifiedSite) -> Option<Diagnostic> {
    let model = context.model;
    let makes = matches!(
        classified.site.spawner,
        Spawner::CreateTask | Spawner::EnsureFuture | Spawner::LoopCreateTask | Spawner::TaskClass
    );
    (makes && classified.reason == Reason::Attribute && !classified.site.uncalled).then_some(())?;
    let assignment = model.parent_of_kind(classified.site.node, Kind::Assignment)?;
    let assigns = model.tree.field(classified.site.node) == Field::Right;
    let target = model.child(assignment, Field::Left).filter(|_| assigns)?;
    let name = own_attribute(model, target)?;
    let method = method_of(model, assignment)?;
    let (place, note) = repetition(model, classified.site.node, method)?;
    let overwrite = OverwriteCheck { model, method, assignment, name };
    if overwrite.is_handled() {
        return None;
    }
    let text = model.text(target);
    Some(Diagnostic {
        node: assignment,
        message: format!(
            "each call overwrites the task in `{text}`, and nothing cancels or awaits the previous one"
        ),
        evidence: vec![context.related(place, note)],
        fix: FixKind::manual("cancel or await the previous task, or keep all tasks in a set"),
    })
}

/// The attribute's name in `self.name`.
fn own_attribute(model: &Model, target: NodeId) -> Option<&str> {
    let object = model.child(target, Field::Object)?;
    (model.text(object) == "self")
        .then(|| model.child(target, Field::Attribute))?
        .map(|a| model.text(a))
}

/// The method that a node belongs to directly, not through a nested function.
fn method_of(model: &Model, node: NodeId) -> Option<NodeId> {
    let function = model.scopes.scope(model.frame_of(node)).node;
    let is_method =
        model.kind(function) == Kind::FunctionDefinition && model.class_of(function).is_some();
    is_method.then_some(function)
}

/// Why the assignment runs repeatedly: a node, and the note for it.
fn repetition(model: &Model, site: NodeId, method: NodeId) -> Option<(NodeId, &'static str)> {
    if let Some(endless) = endless_loop(model, site) {
        return Some((endless, "this loop never ends"));
    }
    if runs_once(model, method) {
        return None;
    }
    if let Some(call) = called_in_a_loop(model, method) {
        return Some((call, "this call is in a loop"));
    }
    let arguments = model.child(site, Field::Arguments)?;
    (runs_for_events(model, method) && depends_on_parameter(model, arguments))
        .then_some((method, "each call creates a task for its own arguments"))
}

/// A call `self.method(...)` in a loop of another method.
fn called_in_a_loop(model: &Model, method: NodeId) -> Option<NodeId> {
    let name = model.name_of(method);
    let class = model.class_of(method)?;
    // The text is searched first: a class may have many methods, and most call few.
    let text = model.text(class).as_bytes();
    let mentions = memchr::memmem::find_iter(text, name);
    mentions.filter(|at| is_whole_word(text, *at, name.len())).nth(1)?;
    let calls = model.tree.descendants(class).filter(|n| model.kind(*n) == Kind::Call);
    calls.into_iter().find(|call| {
        let callee = model.child(*call, Field::Function);
        let own = callee.is_some_and(|c| own_attribute(model, c) == Some(name));
        own && endless_loop(model, *call).is_some()
    })
}

/// An assignment that overwrites a task, with its context.
struct OverwriteCheck<'a> {
    model: &'a Model,
    method: NodeId,
    assignment: NodeId,
    name: &'a str,
}

impl OverwriteCheck<'_> {
    /// Whether the previous task is taken care of: the method uses the attribute (other than for a
    /// done-callback), is guarded by a state of its object, or calls a method that uses the
    /// attribute; or something else stores the task too.
    fn is_handled(&self) -> bool {
        self.uses_elsewhere() || self.is_guarded() || self.calls_related_method()
    }

    fn uses_elsewhere(&self) -> bool {
        let model = self.model;
        let all = model.tree.descendants(self.method);
        let mut own = all.filter(|n| own_attribute(model, *n) == Some(self.name));
        // `self.task = task = create_task(...)`, or a chain.
        let has_other_target = model.parent_of_kind(self.assignment, Kind::Assignment).is_some();
        has_other_target
            || own.any(|n| {
                let parent = model.tree.parent(n);
                let name = parent.and_then(|p| model.child(p, Field::Attribute));
                let is_callback = name.is_some_and(|a| {
                    matches!(model.text(a), "add_done_callback" | "set_name" | "get_name")
                });
                !is_callback && !model.tree.contains(self.assignment, n)
            })
    }

    /// Whether an `if` on the object's state guards the assignment.
    fn is_guarded(&self) -> bool {
        let model = self.model;
        let ifs = model.tree.descendants(self.method).filter(|n| {
            matches!(model.kind(*n), Kind::IfStatement | Kind::WhileStatement)
                && model.tree.start(*n) < model.tree.start(self.assignment)
        });
        ifs.into_iter().any(|n| {
            let tests_object = model.child(n, Field::Condition).is_some_and(|c| {
                // `self._task is None`, `not hasattr(self, "_task")`
                model.text(c).contains("self.") || model.text(c).contains("(self")
            });
            tests_object && (model.tree.contains(n, self.assignment) || exits_early(model, n))
        })
    }

    /// Whether a method that uses the attribute is called before the assignment.
    fn calls_related_method(&self) -> bool {
        let model = self.model;
        let Some(class) = model.class_of(self.method) else { return false };
        let related_methods = self.related_methods(class);
        // In a loop, later code runs before the assignment in the next iteration.
        let around = endless_loop(model, self.assignment);
        let before = |n: NodeId| {
            model.tree.start(n) < model.tree.start(self.assignment)
                || around.is_some_and(|l| model.tree.contains(l, n))
        };
        let calls = model.tree.descendants(self.method);
        let mut calls = calls.filter(|n| before(*n) && !model.tree.contains(self.assignment, *n));
        calls.any(|call| {
            let Some(callee) = model.child(call, Field::Function) else { return false };
            match own_attribute(model, callee) {
                // A method that this class does not define may do anything.
                Some(name) => related_methods.contains(&name) || !self.is_own_method(class, name),
                None => model.text(callee).starts_with("super()"),
            }
        })
    }

    fn is_own_method(&self, class: NodeId, name: &str) -> bool {
        !self.model.attribute_bindings(class, name).is_empty()
    }

    /// The methods of a class that mention the attribute, or call one that does.
    fn related_methods(&self, class: NodeId) -> Vec<&str> {
        let model = self.model;
        let methods: Vec<NodeId> = model
            .tree
            .descendants(class)
            .filter(|n| model.kind(*n) == Kind::FunctionDefinition && *n != self.method)
            .collect();
        let mentions = |method: NodeId, names: &[&str]| {
            model.tree.descendants(method).any(|n| {
                let own = own_attribute(model, n);
                own.is_some_and(|own| own == self.name || names.contains(&own))
            })
        };
        let mut found: Vec<&str> = Vec::new();
        loop {
            let before = found.len();
            for method in &methods {
                let name = model.name_of(*method);
                if !found.contains(&name) && mentions(*method, &found) {
                    found.push(name);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }
}
