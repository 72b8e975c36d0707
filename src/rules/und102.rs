//! UND102: a container that drops work that still runs, where results are read. It knows the
//! containers and the job records of a project.

use super::context::RuleContext;
use super::diagnostic::Diagnostic;
use super::finding::{Check, Rule};
use super::repetition::exits_early;
use super::retain_running::retain_running_fix;
use crate::python::{Field, Kind, Model, NodeId, UseKind};
use crate::tasks::{
    ContainerAccess, ContainerKind, ContainerOp, ContainerUse, ItemUse, IterationUse, JobTracker,
    Storage, Tracker, new_container, op_on_members,
};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: "UND102",
    name: "tracker-forgets-running",
    summary: "reading results drops work that is still running",
    default: false,
    doc: include_str!("../../testdata/rules/tracker-forgets-running/doc.md"),
    check: Check::Project(check_file),
};

/// Words in the names of functions whose purpose is to drop entries.
const RELEASE_WORDS: &str = "
    remove delete del cancel discard cleanup clean clear reset reconnect purge evict expire stop
    close aclose shutdown forget prune drop kill abort unregister terminate teardown dispose
    release finish complete done untrack detach exit aexit
";

fn check_file(context: &RuleContext<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for tracker in context.trackers.in_file(context.model.source.path()) {
        let jobs = context.trackers.jobs(tracker).filter(|j| j.completions().next().is_some());
        for container_use in tracker.uses_in(context.model.source.path()).filter(|t| !t.is_test) {
            found.extend(diagnose(context, tracker, jobs, container_use));
        }
    }
    found
}

fn diagnose(
    context: &RuleContext<'_>,
    tracker: &Tracker,
    jobs: Option<&JobTracker>,
    container_use: &ContainerUse,
) -> Option<Diagnostic> {
    let model = context.model;
    let drops = match &container_use.op {
        ContainerOp::Popped(_) | ContainerOp::Cleared => true,
        ContainerOp::Rebound => is_emptied(model, container_use.node),
        // `del jobs[parent]`, `jobs[parent] = []`
        ContainerOp::Removed => jobs.is_some() && is_entry_deleted(model, container_use.node),
        ContainerOp::Added { .. } => jobs.is_some() && is_entry_emptied(model, container_use.node),
        _ => false,
    };
    let function = model.function_of(container_use.node)?;
    let retrieval = Retrieval { context, tracker, jobs, container_use, function };
    let is_intended = || {
        retrieval.is_release_function() || retrieval.is_guarded() || retrieval.handles_remaining()
    };
    if !drops || tracker.storage == Storage::Local || is_intended() || !retrieval.reads_results() {
        return None;
    }
    let node = match container_use.op {
        ContainerOp::Popped(call) => call,
        _ => model.statement_of(container_use.node),
    };
    let name = &tracker.name;
    let message = match jobs {
        Some(jobs) => format!(
            "this removes jobs from `{name}` that are still `{}`: nothing can mark them as done afterwards",
            jobs.record.beginning()
        ),
        None => format!(
            "this removes tasks from `{name}` that are still running: no reference to them remains"
        ),
    };
    let completion = jobs.and_then(|j| j.completions().next());
    let evidence = completion.map(|m| {
        let note = "the function that completes a job looks it up here";
        context.related_at(&m.location.file, m.location.line, note)
    });
    let fix = retain_running_fix(context, tracker, jobs, container_use);
    Some(Diagnostic { node, message, evidence: evidence.into_iter().collect(), fix })
}

/// Whether a binding gives a container a new, empty value.
fn is_emptied(model: &Model, node: NodeId) -> bool {
    let assignment = model.parent_of_kind(node, Kind::Assignment);
    let value = assignment.and_then(|a| model.child(a, Field::Right));
    let value = value.or_else(|| model.unpacked_value(node));
    let made = value.and_then(|v| new_container(model, v));
    made.is_some_and(|made| made.is_empty && made.kind != ContainerKind::Forgetful)
}

fn is_entry_deleted(model: &Model, node: NodeId) -> bool {
    matches!(ContainerAccess::of(model, node), Some(ContainerAccess::Item(_, ItemUse::Delete(_))))
}

fn is_entry_emptied(model: &Model, node: NodeId) -> bool {
    let access = ContainerAccess::of(model, node);
    matches!(access, Some(ContainerAccess::Item(entry, _)) if is_emptied(model, entry))
}

/// A function that takes something out of a tracker.
struct Retrieval<'a> {
    context: &'a RuleContext<'a>,
    tracker: &'a Tracker,
    jobs: Option<&'a JobTracker>,
    container_use: &'a ContainerUse,
    function: NodeId,
}

impl Retrieval<'_> {
    fn inside(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.context.model.tree.descendants(self.function)
    }

    /// Whether the function is meant to drop entries, or itself marks or starts the work.
    fn is_release_function(&self) -> bool {
        let model = self.context.model;
        let name = model.name_of(self.function);
        let is_release = |word| RELEASE_WORDS.split_ascii_whitespace().any(|known| known == word);
        let path = model.path_of(self.function);
        let is_own = |f: &Option<String>| f.as_ref() == Some(&path);
        let handles_jobs = self.jobs.is_some_and(|j| {
            j.adds.iter().any(|a| is_own(&a.function))
                || j.status_writes.iter().any(|m| is_own(&m.location.function))
        });
        handles_jobs || name.starts_with("__") || name.split('_').any(is_release)
    }

    /// Whether a condition on the state of the work guards the removal: around it, or before it
    /// with an early exit.
    fn is_guarded(&self) -> bool {
        let model = self.context.model;
        let at = model.tree.start(self.container_use.node);
        let field = self.jobs.map(|j| j.record.field.as_str());
        self.inside().any(|n| {
            let tests_state = matches!(
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
            let exits_before = || model.tree.start(n) < at && exits_early(model, n);
            tests_state && (model.tree.contains(n, self.container_use.node) || exits_before())
        })
    }

    /// Whether the function cancels, awaits or puts back what it takes out, or passes tasks to its
    /// caller.
    fn handles_remaining(&self) -> bool {
        let model = self.context.model;
        let uses = self.tracker.uses_in(model.source.path());
        let others = uses.filter(|t| model.tree.contains(self.function, t.node));
        let handles = |t: &ContainerUse| match t.op {
            ContainerOp::Added { .. } => t.node != self.container_use.node,
            ContainerOp::Waited => true,
            ContainerOp::Escaped => self.jobs.is_none(),
            ContainerOp::Iterated(IterationUse { cancels, awaits, escapes }) => {
                cancels || (self.jobs.is_none() && (awaits || escapes))
            }
            _ => false,
        };
        if others.into_iter().any(handles) {
            return true;
        }
        self.inside().any(|n| match model.kind(n) {
            Kind::Await | Kind::Yield => self.jobs.is_none(),
            Kind::Call => {
                let called = model.called_method(n);
                matches!(called, Some((_, "cancel" | "join" | "wait" | "terminate")))
            }
            _ => false,
        })
    }

    /// Whether results are read from what is taken out, so that the rest is still needed.
    fn reads_results(&self) -> bool {
        match self.jobs {
            Some(_) => self.returns_records(),
            None => self.tracker.keeps_tasks && self.reads_done_tasks(),
        }
    }

    /// For records: they are returned, or read and something is returned.
    fn returns_records(&self) -> bool {
        let model = self.context.model;
        let returned = model.returns(self.function);
        let popped = match self.container_use.op {
            // A `pop` whose result is discarded drops what was read before.
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
            let uses = self.tracker.uses_in(model.source.path());
            let mut others = uses.filter(|t| model.tree.contains(self.function, t.node));
            return !returned.is_empty() && others.any(reads);
        };
        let within = |outer: &NodeId| model.tree.contains(*outer, call);
        let has_value =
            |r: &NodeId| !matches!(model.kind(*r), Kind::None | Kind::True | Kind::False);
        returned.iter().any(|r| within(r) && has_value(r))
            || (returned.iter().any(has_value)
                && self.bound_name(call).is_some_and(|n| !self.loads(n).is_empty()))
    }

    /// For tasks: one is popped and then queried; or all are removed, after some were queried.
    fn reads_done_tasks(&self) -> bool {
        let model = self.context.model;
        let names_method = |n: NodeId, method: &str| {
            model.kind(n) == Kind::Attribute
                && model.child(n, Field::Attribute).is_some_and(|a| model.text(a) == method)
        };
        let queries_state = self.inside().any(|n| names_method(n, "done"));
        let reads_outcome =
            self.inside().any(|n| names_method(n, "result") || names_method(n, "exception"));
        let is_only_queried = match self.container_use.op {
            ContainerOp::Popped(call) => {
                self.bound_name(call).is_some_and(|name| self.is_only_queried(name))
            }
            _ => true,
        };
        queries_state && reads_outcome && is_only_queried
    }

    /// The local name that a popped value is assigned to.
    fn bound_name(&self, call: NodeId) -> Option<NodeId> {
        let model = self.context.model;
        let assignment = model.parent_of_kind(call, Kind::Assignment)?;
        model.child(assignment, Field::Left).filter(|n| model.kind(*n) == Kind::Identifier)
    }

    fn loads(&self, name: NodeId) -> Vec<NodeId> {
        let model = self.context.model;
        let uses =
            model.variable(name).map_or(&[][..], |(scope, symbol)| model.uses(scope, symbol));
        uses.iter().filter(|u| u.kind == UseKind::Load).map(|u| u.node).collect()
    }

    /// Whether a name of one or more tasks is used only to query their state.
    fn is_only_queried(&self, name: NodeId) -> bool {
        let model = self.context.model;
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
