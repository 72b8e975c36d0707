//! UND108: an attribute that every call overwrites with a new task, ignoring the previous one. It
//! knows one file.

use super::context::RuleContext;
use super::diagnostic::{Diagnostic, FixKind};
use super::finding::{Check, Rule};
use super::repetition::{
    depends_on_parameter, endless_loop, exits_early, runs_for_events, runs_once,
};
use crate::python::{BindingKind, Field, Kind, Model, NodeId, is_whole_word};
use crate::tasks::libraries::is_log_method;
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
    let site = classified.site.node;
    let makes = matches!(
        classified.site.spawner,
        Spawner::CreateTask | Spawner::EnsureFuture | Spawner::LoopCreateTask | Spawner::TaskClass
    );
    (makes && classified.reason == Reason::Attribute && !classified.site.uncalled).then_some(())?;
    let assignment = model.parent_of_kind(classified.sink, Kind::Assignment)?;
    let assigns = model.tree.field(classified.sink) == Field::Left;
    let target = model.child(assignment, Field::Left).filter(|_| assigns)?;
    let value = model.child(assignment, Field::Right)?;
    if value != site && !is_only_passed_on(model, site, value) {
        return None;
    }
    let object = model.child(target, Field::Object)?;
    let name = model.text(model.child(target, Field::Attribute)?);
    let function = model.scopes.scope(model.frame_of(assignment)).node;
    (model.kind(function) == Kind::FunctionDefinition).then_some(())?;
    let (place, note) = match model.text(object) {
        "self" => repetition(model, site, function).filter(|_| model.class_of(function).is_some()),
        _ => repetition_for_object(model, site, function, object),
    }?;
    let overwrite = OverwriteCheck { model, function, site, assignment, object, name };
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

/// `task = create_task(...)`, then `session.task = task`, with nothing else but callbacks done with the name.
fn is_only_passed_on(model: &Model, site: NodeId, value: NodeId) -> bool {
    let bound = model.parent_of_kind(site, Kind::Assignment);
    let bound = bound.and_then(|assignment| model.child(assignment, Field::Left));
    let Some((scope, symbol)) = bound.and_then(|name| model.variable(name)) else { return false };
    model.variable(value) == Some((scope, symbol))
        && model
            .uses(scope, symbol)
            .iter()
            .all(|u| Some(u.node) == bound || u.node == value || is_callback_or_name(model, u.node))
}

/// `task.add_done_callback(...)`, `task.set_name(...)`
fn is_callback_or_name(model: &Model, task: NodeId) -> bool {
    let parent = model.tree.parent(task);
    let name = parent.and_then(|p| model.child(p, Field::Attribute)).map(|a| model.text(a));
    matches!(name, Some("add_done_callback" | "set_name" | "get_name"))
}

/// The attribute's name in `self.name`.
fn own_attribute(model: &Model, target: NodeId) -> Option<&str> {
    let object = model.child(target, Field::Object)?;
    (model.text(object) == "self")
        .then(|| model.child(target, Field::Attribute))?
        .map(|a| model.text(a))
}

/// Words in the names of functions that make a new object.
const MAKING: &[&str] = &[
    "accept", "add", "build", "connect", "create", "init", "login", "make", "new", "open",
    "register", "start",
];

/// Why an assignment to an attribute of a known object runs repeatedly: the object was there before, and each call has other
/// arguments for its coroutine.
fn repetition_for_object(
    model: &Model,
    site: NodeId,
    function: NodeId,
    object: NodeId,
) -> Option<(NodeId, &'static str)> {
    let [binding] = model.bindings_of(object) else { return None };
    let is_any = |_: NodeId| true;
    let is_lookup = |value: NodeId| match model.kind(value) {
        Kind::Subscript => true,
        // `Session.require(sid)`, not `Session(sid)` or `open_session(sid)`.
        Kind::Call => {
            let callee = model.child(value, Field::Function);
            let name = model.callee_name(value).unwrap_or_default();
            let is_class = name.starts_with(char::is_uppercase)
                || callee.is_some_and(|c| model.origins(c).iter().any(|o| o.class().is_some()));
            let makes = name.split('_').any(|word| MAKING.contains(&word));
            let arguments = model.child(value, Field::Arguments);
            let has_key = arguments.is_some_and(|a| depends_on_parameter(model, a, &is_any));
            has_key && !is_class && !makes
        }
        _ => false,
    };
    let endless = endless_loop(model, site);
    let was_there = match binding.kind {
        BindingKind::Parameter { function: of, .. } => of == function,
        BindingKind::Assign { value } => is_lookup(model.bare(value)),
        _ => false,
    };
    if let Some(endless) = endless {
        let is_outside = !model.tree.contains(endless, binding.node);
        return (was_there && is_outside).then_some((endless, "this loop never ends"));
    }
    let arguments = model.child(site, Field::Arguments)?;
    let is_other = |n: NodeId| model.variable(n) != model.variable(object);
    (was_there
        && runs_for_events(model, function)
        && !runs_once(model, function)
        && depends_on_parameter(model, arguments, &is_other))
    .then_some((function, "each call creates a task for its own arguments"))
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
    (runs_for_events(model, method) && depends_on_parameter(model, arguments, &|_| true))
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
    function: NodeId,
    site: NodeId,
    assignment: NodeId,
    /// Whose attribute it is.
    object: NodeId,
    name: &'a str,
}

impl OverwriteCheck<'_> {
    /// Whether the previous task is taken care of: the method uses the attribute (other than for a
    /// done-callback), is guarded by a state of its object, or calls a method that uses the
    /// attribute; or something else stores the task too.
    fn is_handled(&self) -> bool {
        self.uses_elsewhere() || self.is_guarded() || self.calls_related_method()
    }

    fn is_own(&self) -> bool {
        self.model.text(self.object) == "self"
    }

    fn uses_elsewhere(&self) -> bool {
        let model = self.model;
        let all = model.tree.descendants(self.function);
        let is_it = |n: &NodeId| match self.is_own() {
            true => own_attribute(model, *n) == Some(self.name),
            // The same object may have other names.
            false => model.child(*n, Field::Attribute).is_some_and(|a| model.text(a) == self.name),
        };
        let mut uses = all.filter(is_it);
        // `self.task = task = create_task(...)`, or a chain.
        let has_other_target = model.parent_of_kind(self.assignment, Kind::Assignment).is_some();
        has_other_target
            || uses
                .any(|n| !is_callback_or_name(model, n) && !model.tree.contains(self.assignment, n))
    }

    /// Whether an `if` on the object's state guards the assignment.
    fn is_guarded(&self) -> bool {
        let model = self.model;
        let object = model.text(self.object);
        let ifs = model.tree.descendants(self.function).filter(|n| {
            matches!(model.kind(*n), Kind::IfStatement | Kind::WhileStatement)
                && model.tree.start(*n) < model.tree.start(self.assignment)
        });
        ifs.into_iter().any(|n| {
            let tests_object = model.child(n, Field::Condition).is_some_and(|c| {
                // `self._task is None`, `not hasattr(self, "_task")`
                let text = model.text(c);
                text.contains(&format!("{object}.")) || text.contains(&format!("({object}"))
            });
            tests_object && (model.tree.contains(n, self.assignment) || exits_early(model, n))
        })
    }

    /// Whether a method that uses the attribute is called before the assignment, or anything that knows the object.
    fn calls_related_method(&self) -> bool {
        let model = self.model;
        let class = model.class_of(self.function).filter(|_| self.is_own());
        let related_methods = class.map(|class| self.related_methods(class)).unwrap_or_default();
        // In a loop, later code runs before the assignment in the next iteration.
        let around = endless_loop(model, self.assignment);
        let before = |n: NodeId| {
            model.tree.start(n) < model.tree.start(self.assignment)
                || around.is_some_and(|l| model.tree.contains(l, n))
        };
        let calls = model.tree.descendants(self.function);
        let mut calls = calls.filter(|n| before(*n) && !model.tree.contains(self.assignment, *n));
        calls.any(|call| {
            let Some(callee) = model.child(call, Field::Function) else { return false };
            let Some(class) = class else { return self.is_given_to(call) };
            match own_attribute(model, callee) {
                // A method that this class does not define may do anything.
                Some(name) => related_methods.contains(&name) || !self.is_own_method(class, name),
                None => model.text(callee).starts_with("super()"),
            }
        })
    }

    /// Whether a call gets the object, as an argument or by its receiver. The one that makes the task does not count.
    fn is_given_to(&self, call: NodeId) -> bool {
        let model = self.model;
        let object = model.variable(self.object);
        let is_of_site =
            model.tree.contains(call, self.site) || model.tree.contains(self.site, call);
        let is_log = model.callee_name(call).is_some_and(is_log_method);
        !is_of_site
            && !is_log
            && model.tree.subtree(call).any(|n| object.is_some() && model.variable(n) == object)
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
            .filter(|n| model.kind(*n) == Kind::FunctionDefinition && *n != self.function)
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
