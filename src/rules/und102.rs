//! UND102: a container that lets go of work that still runs, where results are read. It knows the containers and the job
//! records of a project.

use super::finding::Rule;
use super::keep_running::keep_running;
use super::lapse::Lapse;
use super::scene::Scene;
use crate::python::{Field, Kind, Model, NodeId, UseKind};
use crate::tasks::{
    ContainerOp, ContainerUse, IterationUse, JobTracker, Storage, Tracker, op_on_members,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND102",
    name: "tracker-forgets-running",
    summary: "reading results drops work that still runs",
    default: false,
    doc: include_str!("../../testdata/rules/tracker-forgets-running/doc.md"),
    breaks: None,
    finds: Some(finds),
};

/// Words in the names of functions that are there to let go.
const LETS_GO: &[&str] = &[
    "remove",
    "delete",
    "del",
    "cancel",
    "discard",
    "cleanup",
    "clean",
    "clear",
    "reset",
    "reconnect",
    "purge",
    "evict",
    "expire",
    "stop",
    "close",
    "aclose",
    "shutdown",
    "forget",
    "prune",
    "drop",
    "kill",
    "abort",
    "unregister",
    "terminate",
    "teardown",
    "dispose",
    "release",
    "finish",
    "complete",
    "done",
    "untrack",
    "detach",
    "exit",
    "aexit",
];

fn finds(scene: &Scene<'_>) -> Vec<Lapse> {
    let mut found = Vec::new();
    for tracker in scene.trackers.in_file(scene.model.source.path()) {
        let jobs = scene.trackers.jobs(tracker).filter(|j| j.completions().next().is_some());
        for touch in tracker.uses_in(scene.model.source.path()).filter(|t| !t.is_test) {
            found.extend(forgets(scene, tracker, jobs, touch));
        }
    }
    found
}

fn forgets(
    scene: &Scene<'_>,
    tracker: &Tracker,
    jobs: Option<&JobTracker>,
    touch: &ContainerUse,
) -> Option<Lapse> {
    let model = scene.model;
    let lets_go = match &touch.op {
        ContainerOp::Popped(_) | ContainerOp::Cleared => true,
        ContainerOp::Rebound => is_emptied(model, touch.node),
        // `del jobs[parent]`, `jobs[parent] = []`
        ContainerOp::Removed => jobs.is_some() && is_entry_deleted(model, touch.node),
        ContainerOp::Added { .. } => jobs.is_some() && is_entry_emptied(model, touch.node),
        _ => false,
    };
    let function = model.function_of(touch.node)?;
    let reader = Reader { scene, tracker, jobs, touch, function };
    let is_meant = || reader.is_named_so() || reader.is_guarded() || reader.minds_the_rest();
    if !lets_go || tracker.storage == Storage::Local || is_meant() || !reader.reads_results() {
        return None;
    }
    let node = match touch.op {
        ContainerOp::Popped(call) => call,
        _ => model.statement_of(touch.node),
    };
    let name = &tracker.name;
    let message = match jobs {
        Some(jobs) => format!(
            "jobs that are still `{}` leave `{name}` here with those that are done, and nothing can complete them any more",
            jobs.record.beginning()
        ),
        None => format!(
            "tasks that still run leave `{name}` here with those that are done, and nobody has them any more"
        ),
    };
    let completion = jobs.and_then(|j| j.completions().next());
    let evidence = completion.map(|m| {
        scene.witness_at(
            &m.location.file,
            m.location.line,
            "what would complete a job looks for it in there",
        )
    });
    let remedy = keep_running(scene, tracker, jobs, touch);
    Some(Lapse { node, message, evidence: evidence.into_iter().collect(), remedy })
}

/// Whether a binding gives a container a new value that is empty.
fn is_emptied(model: &Model, node: NodeId) -> bool {
    let assignment = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Assignment);
    let value = assignment.and_then(|a| model.child(a, Field::Right)).map(|v| model.bare(v));
    value.is_some_and(|v| match model.kind(v) {
        Kind::List | Kind::Dictionary => model.tree.first_child(v).is_none(),
        Kind::Call => {
            let callee = model.child(v, Field::Function).map_or("", |c| model.text(c));
            matches!(callee, "set" | "list" | "dict" | "deque" | "defaultdict")
                && model.positional(v).is_empty()
        }
        _ => false,
    })
}

fn is_entry_deleted(model: &Model, node: NodeId) -> bool {
    let entry = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Subscript);
    let statement = entry.and_then(|e| model.tree.parent(e));
    statement.is_some_and(|s| model.kind(s) == Kind::DeleteStatement)
}

fn is_entry_emptied(model: &Model, node: NodeId) -> bool {
    let entry = model.tree.parent(node).filter(|p| model.kind(*p) == Kind::Subscript);
    entry.is_some_and(|e| is_emptied(model, e))
}

/// A function that takes something out of a tracker.
struct Reader<'a> {
    scene: &'a Scene<'a>,
    tracker: &'a Tracker,
    jobs: Option<&'a JobTracker>,
    touch: &'a ContainerUse,
    function: NodeId,
}

impl Reader<'_> {
    fn inside(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.scene.model.tree.descendants(self.function)
    }

    /// Whether the function is there to let go, or marks the work itself, or begins it.
    fn is_named_so(&self) -> bool {
        let model = self.scene.model;
        let name = model.child(self.function, Field::Name).map_or("", |n| model.text(n));
        let path = model.path_of(self.function);
        let is_own = |f: &Option<String>| f.as_ref() == Some(&path);
        let deals = self.jobs.is_some_and(|j| {
            j.adds.iter().any(|a| is_own(&a.function))
                || j.status_writes.iter().any(|m| is_own(&m.location.function))
        });
        deals || name.starts_with("__") || name.split('_').any(|word| LETS_GO.contains(&word))
    }

    /// Whether a condition that asks how far the work is decides that it goes: around it, or before it with a way out.
    fn is_guarded(&self) -> bool {
        let model = self.scene.model;
        let at = model.tree.start(self.touch.node);
        let field = self.jobs.map(|j| j.record.field.as_str());
        self.inside().any(|n| {
            let asks = matches!(
                model.kind(n),
                Kind::IfStatement | Kind::WhileStatement | Kind::ElifClause
            ) && model.child(n, Field::Condition).is_some_and(|c| {
                let text = model.text(c);
                ["done", "all(", "any(", "running", "pending", "finished", "complete"]
                    .iter()
                    .copied()
                    .chain(field)
                    .any(|word| text.contains(word))
            });
            let leaves = || {
                model.tree.start(n) < at
                    && model.tree.descendants(n).any(|d| {
                        matches!(
                            model.kind(d),
                            Kind::ReturnStatement | Kind::RaiseStatement | Kind::ContinueStatement
                        )
                    })
            };
            asks && (model.tree.contains(n, self.touch.node) || leaves())
        })
    }

    /// Whether the function cancels, awaits or puts back what it takes out, or hands tasks to its caller.
    fn minds_the_rest(&self) -> bool {
        let model = self.scene.model;
        let touches = self.tracker.uses_in(model.source.path());
        let others = touches.filter(|t| model.tree.contains(self.function, t.node));
        let minds = |t: &ContainerUse| match t.op {
            ContainerOp::Added { .. } => t.node != self.touch.node,
            ContainerOp::Waited => true,
            ContainerOp::Escaped => self.jobs.is_none(),
            ContainerOp::Iterated(IterationUse { cancels, awaits, escapes }) => {
                cancels || (self.jobs.is_none() && (awaits || escapes))
            }
            _ => false,
        };
        if others.into_iter().any(minds) {
            return true;
        }
        self.inside().any(|n| match model.kind(n) {
            Kind::Await | Kind::Yield => self.jobs.is_none(),
            Kind::Call => {
                let callee = model.child(n, Field::Function);
                let method = callee.and_then(|c| model.child(c, Field::Attribute));
                method.is_some_and(|m| {
                    matches!(model.text(m), "cancel" | "join" | "wait" | "terminate")
                })
            }
            _ => false,
        })
    }

    /// Whether results are read from what is taken out, so that somebody comes back for the rest.
    fn reads_results(&self) -> bool {
        match self.jobs {
            Some(_) => self.returns_records(),
            None => self.tracker.keeps_tasks && self.reads_done_tasks(),
        }
    }

    /// Records: they are returned, or read and something is returned.
    fn returns_records(&self) -> bool {
        let model = self.scene.model;
        let returned = model.returns(self.function);
        let popped = match self.touch.op {
            // As a statement of its own it throws away what was read before.
            ContainerOp::Popped(call) => Some(call).filter(|c| {
                model.tree.parent(*c) != Some(model.statement_of(*c))
                    || returned.iter().any(|r| r == c)
            }),
            _ => None,
        };
        let Some(call) = popped else {
            let reads = |t: &ContainerUse| {
                matches!(
                    t.op,
                    ContainerOp::Iterated(_) | ContainerOp::Fetched(_) | ContainerOp::Escaped
                )
            };
            let touches = self.tracker.uses_in(model.source.path());
            let mut others = touches.filter(|t| model.tree.contains(self.function, t.node));
            return !returned.is_empty() && others.any(reads);
        };
        let within = |outer: &NodeId| model.tree.contains(*outer, call);
        let tells = |r: &NodeId| !matches!(model.kind(*r), Kind::None | Kind::True | Kind::False);
        returned.iter().any(|r| within(r) && tells(r))
            || (returned.iter().any(tells) && self.name(call).is_some_and(|n| self.is_read(n)))
    }

    /// Tasks: one is popped and then asked whether it is done; or all go, after some were asked.
    fn reads_done_tasks(&self) -> bool {
        let model = self.scene.model;
        let asked = |n: NodeId, method: &str| {
            model.kind(n) == Kind::Attribute
                && model.child(n, Field::Attribute).is_some_and(|a| model.text(a) == method)
        };
        let asks = self.inside().any(|n| asked(n, "done"));
        let reads = self.inside().any(|n| asked(n, "result") || asked(n, "exception"));
        match self.touch.op {
            ContainerOp::Popped(call) => {
                asks && reads && self.name(call).is_some_and(|name| self.only_asks(name))
            }
            _ => asks && reads,
        }
    }

    /// The local name that a popped value gets.
    fn name(&self, call: NodeId) -> Option<NodeId> {
        let model = self.scene.model;
        let assignment = model.tree.parent(call).filter(|p| model.kind(*p) == Kind::Assignment)?;
        model.child(assignment, Field::Left).filter(|n| model.kind(*n) == Kind::Identifier)
    }

    fn loads(&self, name: NodeId) -> Vec<NodeId> {
        let model = self.scene.model;
        let uses =
            model.variable(name).map_or(&[][..], |(scope, symbol)| model.uses(scope, symbol));
        uses.iter().filter(|u| u.kind == UseKind::Load).map(|u| u.node).collect()
    }

    fn is_read(&self, name: NodeId) -> bool {
        !self.loads(name).is_empty()
    }

    /// Whether a name of a task, or of some, is used for nothing but questions about them.
    fn only_asks(&self, name: NodeId) -> bool {
        let model = self.scene.model;
        self.loads(name).into_iter().all(|load| {
            let Some(parent) = model.tree.parent(load) else { return false };
            match model.kind(parent) {
                Kind::ForStatement | Kind::ForInClause => {
                    op_on_members(model, load) == ContainerOp::Iterated(IterationUse::default())
                }
                Kind::Attribute => model.child(parent, Field::Attribute).is_some_and(|a| {
                    matches!(
                        model.text(a),
                        "done" | "result" | "exception" | "cancelled" | "get_name"
                    )
                }),
                Kind::ComparisonOperator | Kind::NotOperator | Kind::BooleanOperator => true,
                Kind::IfStatement => model.tree.field(load) == Field::Condition,
                _ => false,
            }
        })
    }
}
