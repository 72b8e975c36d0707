//! Classifies every site of a file, in source order. It reads one file and the project index.

use std::collections::BTreeSet;

use crate::python::{AttributeBinding, BindingKind, Field, Kind, Model, NodeId, Origin};
use crate::tasks::effects::{Dependency, ValueKind};
use crate::tasks::escape::{EscapeAnalyzer, EscapeResult, Follow, ResolvedSpawner, ReturnFlow};
use crate::tasks::libraries::{Role, Spawner, names};
use crate::tasks::project::{CallOutcome, Factory, ProjectIndex, Wrapper};
use crate::tasks::verdict::{ClassifiedSite, Reason, SpawnSite, Verdict};

/// Every site of a file, in source order.
pub fn classify(model: &Model, project: &ProjectIndex) -> Vec<ClassifiedSite> {
    classify_with_dependencies(model, project).0.into_iter().map(|(site, _)| site).collect()
}

/// A site, and what becomes of its task until it is returned.
pub(in crate::tasks) type SiteFlow = (ClassifiedSite, ReturnFlow);

/// The same, with the ways to the `return`s, and with everything in other files that the result depends on.
pub(in crate::tasks) fn classify_with_dependencies(
    model: &Model,
    project: &ProjectIndex,
) -> (Vec<SiteFlow>, BTreeSet<Dependency>) {
    let analyzer = EscapeAnalyzer::new(model, project);
    let mut sites: Vec<SiteFlow> =
        model.tree.parsed_of(may_be_site).filter_map(|node| analyzer.classify_node(node)).collect();
    sites.sort_by_key(|(classified, _)| classified.site.node);
    (sites, analyzer.into_dependencies())
}

/// Whether a node of this kind may be a site.
fn may_be_site(kind: Kind) -> bool {
    matches!(kind, Kind::Call | Kind::Identifier | Kind::Attribute)
}

impl EscapeAnalyzer<'_> {
    fn classify_node(&self, node: NodeId) -> Option<SiteFlow> {
        match self.model.kind(node) {
            Kind::Call => self.classify_call(node),
            _ => self.classify_reference(node),
        }
    }

    fn classify_call(&self, call: NodeId) -> Option<SiteFlow> {
        let callee = self.model.child(call, Field::Function)?;
        let Some(mut found) = self.spawner(callee) else {
            let (site, result) = self.discarded_owner(call, callee)?;
            let (site, flow) = classified(site, result);
            let coroutine = self.coroutine_argument(call);
            return Some((ClassifiedSite { coroutine, ..site }, flow));
        };
        let mut undecided = None;
        if let Some(wrapper) = found.wrapper {
            match self.outcome(call, wrapper) {
                CallOutcome::Nothing => return None,
                CallOutcome::Fresh => {
                    found.forced = found.forced.filter(|r| *r == Reason::Rebinding);
                }
                CallOutcome::Kept => found.forced = Some(Reason::ManagedWrapper),
                CallOutcome::Undecided(parameter) => undecided = Some(parameter),
            }
        }
        let mut value = call;
        if found.is_async() {
            value = self.model.tree.parent(call).filter(|p| self.model.kind(*p) == Kind::Await)?;
        }
        let site = SpawnSite {
            node: call,
            callee,
            spawner: found.spawner,
            evidence: found.evidence,
            uncalled: false,
        };
        if let Some(reason) = found.forced.filter(|r| r.verdict() == Verdict::Managed) {
            return Some(classified(
                site,
                EscapeResult::new(
                    reason,
                    call,
                    format!("{} keeps the tasks that it creates", self.quote(callee)),
                ),
            ));
        }
        if self.takes_known_tasks(call, found.spawner) {
            return None;
        }
        let value_kind = found.wrapper.map_or(ValueKind::Task, Wrapper::value_kind);
        let mut result = self.escape_of(value, value_kind);
        let waits = found.wrapper.is_some_and(|w| w.is_threadsafe);
        if found.spawner == Spawner::Threadsafe || waits {
            result = self.threadsafe(value, result);
        }
        if let Some(parameter) = undecided {
            result = self.undecided(call, callee, parameter, found, result);
        }
        if found.spawner == Spawner::Wrapper && result.verdict() == Verdict::Dropped {
            let why = format!(
                "{} returns a new task without keeping it, and {}",
                self.quote(callee),
                result.why
            );
            result = EscapeResult { reason: Reason::Wrapper, why, ..result };
        }
        let wrapper = found.path.map(str::to_owned);
        let is_lost = result.reason == Reason::Wrapper;
        let coroutine = if is_lost { self.coroutine_argument(call) } else { None };
        let (classified, flow) = classified(site, self.weakened_by_doubt(call, found, result));
        Some((ClassifiedSite { wrapper, coroutine, ..classified }, flow))
    }

    /// The result for a call of a wrapper that may keep its task, or make none.
    fn undecided(
        &self,
        call: NodeId,
        callee: NodeId,
        parameter: Option<&str>,
        found: ResolvedSpawner<'_>,
        result: EscapeResult,
    ) -> EscapeResult {
        let keeps = found.wrapper.is_some_and(|w| !w.kept.is_empty());
        match result.verdict() {
            Verdict::Dropped => {
                let name = self.quote(callee);
                let why = match parameter {
                    Some(parameter) if keeps => {
                        format!("`{parameter}` decides whether {name} keeps its task")
                    }
                    Some(parameter) => {
                        format!("`{parameter}` decides whether {name} returns a task")
                    }
                    None if keeps => format!("{name} keeps its task on some paths only"),
                    None => format!("{name} makes a task on some paths only"),
                };
                EscapeResult::new(Reason::Conditional, call, why)
            }
            // Returned, and kept by the wrapper on some paths: see `ClassifiedSite::sink`.
            _ if keeps && result.reason == Reason::Returned => {
                EscapeResult { sink: callee, ..result }
            }
            _ => result,
        }
    }

    /// Turns a dropped site into an unsure one when the callee may be no spawner, or the argument
    /// may already be a future.
    fn weakened_by_doubt(
        &self,
        call: NodeId,
        found: ResolvedSpawner<'_>,
        result: EscapeResult,
    ) -> EscapeResult {
        if result.verdict() != Verdict::Dropped {
            return result;
        }
        let callee = self.model.child(call, Field::Function).unwrap_or(call);
        if let Some(factory) =
            self.project.factory().filter(|f| self.is_made_by_factory(call, found, f))
        {
            let place = format!("{}:{}", factory.path.display(), factory.line);
            return EscapeResult::new(
                Reason::Factory,
                call,
                format!("the task factory keeps every task ({place})"),
            );
        }
        match found.forced {
            Some(Reason::Receiver) => EscapeResult::new(
                Reason::Receiver,
                call,
                "it is not known whether the receiver is an event loop",
            ),
            None if self.may_be_kept_by_override(callee, &found) => self.overridden(callee),
            Some(reason) => EscapeResult::new(reason, call, "the name may refer to something else"),
            None if self.is_future_of_executor(call, found.spawner) => {
                EscapeResult::new(Reason::Kept, call, "the executor keeps the future")
            }
            None if self.takes_task_attributes(call, found.spawner) => EscapeResult::new(
                Reason::Attribute,
                call,
                format!("attributes hold the tasks ({})", self.line_text(call)),
            ),
            None if let Some(callable) = self.unknown_callable(call, found.spawner) => {
                let why = format!(
                    "{} may return a future that exists already, of which {} would make no task",
                    self.quote(callable),
                    self.quote(call)
                );
                EscapeResult::new(Reason::Argument, call, why)
            }
            None if self.may_be_futures(call, found.spawner) => {
                let why = format!(
                    "its argument may already be a future, of which {} would make no task",
                    self.quote(call)
                );
                EscapeResult::new(Reason::Argument, call, why)
            }
            None if self.keeps_its_own_task(call) => {
                let why = "the coroutine stores its own task (`current_task()`)";
                EscapeResult::new(Reason::Argument, call, why)
            }
            None => result,
        }
    }

    /// The result for a call of a method that may be one of a subclass, which may keep the task.
    fn overridden(&self, callee: NodeId) -> EscapeResult {
        let why = format!("a subclass overrides {} and may keep the task", self.quote(callee));
        EscapeResult::new(Reason::Receiver, callee, why)
    }

    /// Whether the coroutine of a spawning call is a function of this file that stores its own task.
    fn keeps_its_own_task(&self, call: NodeId) -> bool {
        let model = self.model;
        let coroutine = model.positional(call).first().map(|argument| model.bare(*argument));
        let Some(callee) = coroutine.and_then(|c| model.child(c, Field::Function)) else {
            return false;
        };
        let [Origin::Function(function)] = model.origins(callee)[..] else { return false };
        let stores = |own: NodeId| {
            let callee = model.child(own, Field::Function);
            callee.is_some_and(|c| model.is_path(c, names(Role::CurrentTask)))
                && matches!(
                    self.escape_of(own, ValueKind::Task).reason,
                    Reason::Attribute | Reason::Container | Reason::Global | Reason::Argument
                )
        };
        model.text(function).contains("current_task")
            && model.own_nodes(function, |kind| kind == Kind::Call).any(stores)
    }

    /// Whether a spawner's tasks are made through the project's task factory, or replaced `create_task`.
    fn is_made_by_factory(
        &self,
        call: NodeId,
        found: ResolvedSpawner<'_>,
        factory: &Factory,
    ) -> bool {
        let callee = self.model.child(call, Field::Function);
        let by_attribute = callee.is_some_and(|c| self.model.kind(c) == Kind::Attribute);
        match found.spawner {
            Spawner::CreateTask => !factory.attribute_only || by_attribute,
            Spawner::EnsureFuture
            | Spawner::LoopCreateTask
            | Spawner::Gather
            | Spawner::Shield
            | Spawner::Threadsafe => !factory.attribute_only,
            Spawner::TaskClass | Spawner::Wrapper | Spawner::TaskOwner | Spawner::Manager => false,
        }
    }

    /// A future of `run_coroutine_threadsafe` is waited for by its `result()` (asyncio-task.html#asyncio.run_coroutine_threadsafe).
    fn threadsafe(&self, value: NodeId, result: EscapeResult) -> EscapeResult {
        let waits = |object: NodeId| {
            let attribute = self.model.tree.parent(object)?;
            let name = self.model.child(attribute, Field::Attribute)?;
            let called =
                self.model.tree.parent(attribute).filter(|p| self.model.kind(*p) == Kind::Call)?;
            matches!(self.model.text(name), "result" | "exception").then_some(called)
        };
        let awaited = |place: NodeId| self.ends_at(Reason::Awaited, place, "its result is awaited");
        match result.reason {
            Reason::Chained => waits(value).map_or(result, awaited),
            Reason::Touched => {
                let Some(variable) = self.model.variable(result.sink) else { return result };
                let mut uses = self.model.uses(variable.0, variable.1).iter();
                let wait =
                    uses.find_map(|u| waits(u.node).filter(|_| !self.is_done_at(u.node, variable)));
                wait.map_or(result, awaited)
            }
            _ => result,
        }
    }

    /// Whether `ensure_future`, `gather` or `shield` is given nothing but tasks that are sites themselves.
    fn takes_known_tasks(&self, call: NodeId, spawner: Spawner) -> bool {
        if !matches!(spawner, Spawner::EnsureFuture | Spawner::Gather | Spawner::Shield) {
            return false;
        }
        let arguments = self.model.positional(call);
        !arguments.is_empty() && arguments.iter().all(|a| self.is_known_task(*a))
    }

    /// Whether `ensure_future`, `gather` or `shield` is given nothing but tasks that attributes hold.
    fn takes_task_attributes(&self, call: NodeId, spawner: Spawner) -> bool {
        let arguments = self.model.positional(call);
        matches!(spawner, Spawner::EnsureFuture | Spawner::Gather | Spawner::Shield)
            && !arguments.is_empty()
            && arguments.iter().all(|a| self.is_task_attribute(*a))
    }

    /// Whether an argument is an attribute of `self` that its class assigns new tasks only.
    fn is_task_attribute(&self, argument: NodeId) -> bool {
        let model = self.model;
        let attribute = model.bare(argument);
        let class = model.child(attribute, Field::Object).and_then(|o| model.self_class(o));
        let name = model.child(attribute, Field::Attribute).map_or("", |n| model.text(n));
        class.is_some_and(|class| {
            let bindings = model.attribute_bindings(class, name);
            let is_none = |value: NodeId| model.kind(value) == Kind::None;
            let is_task = |b: &AttributeBinding| match *b {
                AttributeBinding::Value(value) => is_none(value) || self.is_known_task(value),
                AttributeBinding::Annotation(_) => true,
                AttributeBinding::Method(..) | AttributeBinding::Other { .. } => false,
            };
            let is_given = |b: &AttributeBinding| {
                matches!(b, AttributeBinding::Value(value) if !is_none(*value))
            };
            bindings.iter().any(is_given) && bindings.iter().all(is_task)
        })
    }

    /// Whether `ensure_future` is given a future of an executor, which it returns unchanged
    /// (asyncio-eventloop.html#asyncio.loop.run_in_executor).
    fn is_future_of_executor(&self, call: NodeId, spawner: Spawner) -> bool {
        let model = self.model;
        let runs = |value: NodeId| {
            let called = model.called_method(model.bare(value));
            matches!(called, Some((o, "run_in_executor")) if self.is_named_like_loop(model.bare(o)))
        };
        let given = model.positional(call).first().copied();
        spawner == Spawner::EnsureFuture
            && given.is_some_and(|value| match model.kind(value) {
                Kind::Identifier => {
                    let bindings = model.bindings_of(value);
                    !bindings.is_empty()
                        && bindings
                            .iter()
                            .all(|b| matches!(b.kind, BindingKind::Assign { value } if runs(value)))
                }
                _ => runs(value),
            })
    }

    /// A spawner that is passed, not called.
    fn classify_reference(&self, reference: NodeId) -> Option<SiteFlow> {
        let model = self.model;
        let parent = model.tree.parent(reference)?;
        if model.kind(parent) != Kind::ArgumentList {
            return None;
        }
        let found = self.spawner(reference)?;
        if matches!(
            found.spawner,
            Spawner::Gather | Spawner::Shield | Spawner::TaskClass | Spawner::Manager
        ) || found.is_async()
        {
            return None;
        }
        if found.forced.is_some_and(|r| r.verdict() == Verdict::Managed) {
            return None;
        }
        let mut result = self.passed_uncalled(reference)?;
        if let Some(reason) = found.forced.filter(|_| result.verdict() == Verdict::Dropped) {
            result = EscapeResult::new(reason, reference, "the name may refer to something else");
        } else if result.verdict() == Verdict::Dropped
            && self.may_be_kept_by_override(reference, &found)
        {
            result = self.overridden(reference);
        }
        let site = SpawnSite {
            node: reference,
            callee: reference,
            spawner: found.spawner,
            evidence: found.evidence,
            uncalled: true,
        };
        let wrapper = found.path.map(str::to_owned);
        let (classified, flow) = classified(site, result);
        Some((ClassifiedSite { wrapper, ..classified }, flow))
    }
}

fn classified(site: SpawnSite, result: EscapeResult) -> SiteFlow {
    let EscapeResult { reason, sink, why, left_by, flow } = result;
    (ClassifiedSite { site, wrapper: None, coroutine: None, reason, why, sink, left_by }, flow)
}
