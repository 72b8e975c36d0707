//! UND108: an attribute that gets a new task on every call, whatever becomes of the one before. It knows one file.

use super::finding::Rule;
use super::lapse::{Lapse, Remedy};
use super::recur::{depends_on_parameter, endless_loop, runs_for_events, runs_once};
use super::scene::Scene;
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::{Judged, Reason, Spawner};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND108",
    name: "overwritten-owner",
    summary: "every call overwrites the task of the call before",
    default: false,
    doc: include_str!("../../testdata/rules/overwritten-owner/doc.md"),
    breaks: None,
    finds: Some(finds),
};

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    if scene.is_test {
        return Vec::new();
    }
    scene.judged.iter().filter_map(|judged| overwrites(scene, judged)).collect()
}

fn overwrites(scene: &Scene<'_>, judged: &Judged) -> Option<Lapse> {
    let model = scene.model;
    let makes = matches!(
        judged.site.spawner,
        Spawner::CreateTask | Spawner::EnsureFuture | Spawner::LoopCreateTask | Spawner::TaskClass
    );
    (makes && judged.reason == Reason::Attribute && !judged.site.uncalled).then_some(())?;
    let assignment = model.tree.parent(judged.site.node)?;
    let assigns = model.kind(assignment) == Kind::Assignment
        && model.tree.field(judged.site.node) == Field::Right;
    let target = model.child(assignment, Field::Left).filter(|_| assigns)?;
    let name = own_attribute(model, target)?;
    let method = method_of(model, assignment)?;
    let again = again(model, judged.site.node, method)?;
    let watch = Watch { model, method, assignment, name };
    if watch.is_minded() {
        return None;
    }
    let text = model.text(target);
    Some(Lapse {
        node: assignment,
        message: format!(
            "`{text}` gets a new task on every call, and nothing looks after the one that it held"
        ),
        evidence: vec![scene.witness(again.0, again.1)],
        remedy: Remedy::None(
            "only its author knows whether the task before is to be cancelled, awaited or kept, too".to_owned(),
        ),
    })
}

/// The attribute's name in `self.name`.
fn own_attribute(model: &Model, target: NodeId) -> Option<&str> {
    let object = model.child(target, Field::Object)?;
    (model.text(object) == "self")
        .then(|| model.child(target, Field::Attribute))?
        .map(|a| model.text(a))
}

/// The method whose own code a node is, not that of a function inside it.
fn method_of(model: &Model, node: NodeId) -> Option<NodeId> {
    let function = model.scopes.scope(model.frame_of(node)).node;
    let is_method =
        model.kind(function) == Kind::FunctionDefinition && model.class_of(function).is_some();
    is_method.then_some(function)
}

/// Why the assignment runs again and again, and where that is to be seen.
fn again(model: &Model, site: NodeId, method: NodeId) -> Option<(NodeId, &'static str)> {
    if let Some(endless) = endless_loop(model, site) {
        return Some((endless, "the loop goes round without end"));
    }
    if runs_once(model, method) {
        return None;
    }
    if let Some(call) = called_in_a_loop(model, method) {
        return Some((call, "it is called in a loop"));
    }
    let arguments = model.child(site, Field::Arguments)?;
    (runs_for_events(model, method) && depends_on_parameter(model, arguments))
        .then_some((method, "each call makes a task for its own arguments"))
}

/// A call `self.method(...)` in a loop of another method.
fn called_in_a_loop(model: &Model, method: NodeId) -> Option<NodeId> {
    let name = model.text(model.child(method, Field::Name)?);
    let class = model.class_of(method)?;
    let calls = model.tree.descendants(class).filter(|n| model.kind(*n) == Kind::Call);
    calls.into_iter().find(|call| {
        let callee = model.child(*call, Field::Function);
        let own = callee.is_some_and(|c| own_attribute(model, c) == Some(name));
        own && endless_loop(model, *call).is_some()
    })
}

/// What is looked for around an assignment.
struct Watch<'a> {
    model: &'a Model,
    method: NodeId,
    assignment: NodeId,
    name: &'a str,
}

impl Watch<'_> {
    /// Whether the method looks at the attribute (but for a done-callback), guards itself with a state of its object, or
    /// calls a method that knows the attribute; or whether something else keeps the task, too.
    fn is_minded(&self) -> bool {
        self.uses_elsewhere() || self.is_guarded() || self.calls_a_minder()
    }

    fn uses_elsewhere(&self) -> bool {
        let model = self.model;
        let all = model.tree.descendants(self.method).filter(|n| model.kind(*n) == Kind::Attribute);
        all.into_iter().filter(|n| own_attribute(model, *n) == Some(self.name)).any(|n| {
            let parent = model.tree.parent(n);
            let callback = parent.and_then(|p| model.child(p, Field::Attribute)).is_some_and(|a| {
                matches!(model.text(a), "add_done_callback" | "set_name" | "get_name")
            });
            !callback && !model.tree.contains(self.assignment, n)
        }) || self.has_other_target()
    }

    /// `self.task = task = create_task(...)`, or a chain.
    fn has_other_target(&self) -> bool {
        let around = self.model.tree.parent(self.assignment);
        around.is_some_and(|p| self.model.kind(p) == Kind::Assignment)
    }

    /// Whether an `if` that asks the object decides that the assignment runs.
    fn is_guarded(&self) -> bool {
        let model = self.model;
        let ifs = model.tree.descendants(self.method).filter(|n| {
            matches!(model.kind(*n), Kind::IfStatement | Kind::WhileStatement)
                && model.tree.start(*n) < model.tree.start(self.assignment)
        });
        ifs.into_iter().any(|n| {
            let asks = model.child(n, Field::Condition).is_some_and(|c| {
                // `self._task is None`, `not hasattr(self, "_task")`
                model.text(c).contains("self.") || model.text(c).contains("(self")
            });
            let jumps = model.tree.descendants(n).any(|d| {
                matches!(
                    model.kind(d),
                    Kind::ReturnStatement | Kind::RaiseStatement | Kind::ContinueStatement
                )
            });
            asks && (jumps || model.tree.contains(n, self.assignment))
        })
    }

    /// Whether a method of the object that is called before the assignment has to do with the attribute.
    fn calls_a_minder(&self) -> bool {
        let model = self.model;
        let Some(class) = model.class_of(self.method) else { return false };
        let minders = self.minders(class);
        // What comes behind it in its loop comes before it the next time.
        let around = endless_loop(model, self.assignment);
        let before = |n: NodeId| {
            model.tree.start(n) < model.tree.start(self.assignment)
                || around.is_some_and(|l| model.tree.contains(l, n))
        };
        let calls = model.tree.descendants(self.method);
        let calls = calls.filter(|n| {
            let inside = model.tree.contains(self.assignment, *n);
            model.kind(*n) == Kind::Call && before(*n) && !inside
        });
        calls.into_iter().any(|call| {
            let callee = model.child(call, Field::Function);
            let Some(callee) = callee else { return false };
            match own_attribute(model, callee) {
                // A method of another file's class may do anything.
                Some(name) => minders.contains(&name) || !self.is_own_method(class, name),
                None => model.text(callee).starts_with("super()"),
            }
        })
    }

    fn is_own_method(&self, class: NodeId, name: &str) -> bool {
        !self.model.attribute_bindings(class, name).is_empty()
    }

    /// The methods of a class that mention the attribute, or call one that does.
    fn minders(&self, class: NodeId) -> Vec<&str> {
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
                let name = model.child(*method, Field::Name).map_or("", |n| model.text(n));
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
