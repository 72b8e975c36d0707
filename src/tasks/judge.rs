//! From a file to its ledger: every site, in source order, with its verdict. It reads one file and the project's facts.

use std::collections::BTreeSet;

use super::gate::Passage;
use super::inquiry::{Fate, Inquiry, Shape};
use super::project::{Factory, Project, Wrapper};
use super::spawner::Found;
use super::taking::Ask;
use super::verdict::{Judged, Reason, Site, Spawner, Verdict};
use crate::python::{Field, Kind, Model, NodeId};

/// Every site of a file, in source order.
pub fn judge(model: &Model, project: &Project) -> Vec<Judged> {
    judge_asking(model, project).0
}

/// The same, and what other files could tell, or have told.
pub(super) fn judge_asking(model: &Model, project: &Project) -> (Vec<Judged>, BTreeSet<Ask>) {
    let inquiry = Inquiry::new(model, project);
    let mut ledger: Vec<Judged> =
        model.tree.parsed_ids().filter_map(|node| inquiry.judge_node(node)).collect();
    ledger.sort_by_key(|j| j.site.node);
    (ledger, inquiry.into_asks())
}

impl Inquiry<'_> {
    fn judge_node(&self, node: NodeId) -> Option<Judged> {
        match self.model.kind(node) {
            Kind::Call => self.judge_call(node),
            Kind::Identifier | Kind::Attribute => self.judge_reference(node),
            _ => None,
        }
    }

    fn judge_call(&self, call: NodeId) -> Option<Judged> {
        let callee = self.model.child(call, Field::Function)?;
        let found = self.spawner(callee)?;
        let mut value = call;
        if found.is_async() {
            value = self.model.tree.parent(call).filter(|p| self.model.kind(*p) == Kind::Await)?;
        }
        let site = Site {
            node: call,
            callee,
            spawner: found.spawner,
            evidence: found.evidence,
            uncalled: false,
        };
        if let Some(reason) = found.settled.filter(|r| r.verdict() == Verdict::Managed) {
            return Some(judged(
                site,
                Fate::new(
                    reason,
                    call,
                    format!("{} keeps the tasks that it makes", self.quote(callee)),
                ),
            ));
        }
        if self.takes_known_tasks(call, found.spawner) {
            return None;
        }
        let on_instance = self.is_on_instance(callee);
        let passage = found.wrapper.map(|w| Passage::of(&w.ways, self.model, call, on_instance));
        let open = match passage {
            Some(Passage::Closed) => return None,
            Some(Passage::Unknown(parameter)) => Some(parameter),
            Some(Passage::Open) | None => None,
        };
        let in_container = found.wrapper.is_some_and(|w| w.in_container);
        let shape = if in_container { Shape::CONTAINER } else { Shape::Task };
        let mut fate = self.follow(value, shape);
        let waits = found.wrapper.is_some_and(|w| w.is_threadsafe);
        if found.spawner == Spawner::Threadsafe || waits {
            fate = self.threadsafe(value, fate);
        }
        if let Some(switch) = open.or_else(|| found.wrapper.and_then(|w| self.switched(call, w))) {
            let why = format!("`{switch}` decides whether {} returns a task", self.quote(callee));
            fate = Fate::new(Reason::Conditional, call, why);
        }
        if found.settled == Some(Reason::Conditional) && fate.reason == Reason::Returned {
            // Returned, and kept by the wrapper on some paths: see `Judged::end`.
            fate.end = callee;
        }
        if found.spawner == Spawner::Wrapper && fate.verdict() == Verdict::Dropped {
            let why = format!(
                "{} returns a fresh task that it does not keep, and {}",
                self.quote(callee),
                fate.why
            );
            fate = Fate { reason: Reason::Wrapper, why, ..fate };
        }
        let wrapper = found.path.map(str::to_owned);
        Some(Judged { wrapper, ..judged(site, self.doubted(call, found, fate)) })
    }

    /// A dropped site is unsure when it may not be a spawner, or may be given what is a future already.
    fn doubted(&self, call: NodeId, found: Found<'_>, fate: Fate) -> Fate {
        if fate.verdict() != Verdict::Dropped {
            return fate;
        }
        if let Some(factory) = self.project.factory().filter(|f| self.goes_through(call, found, f))
        {
            let place = format!("{}:{}", factory.path.display(), factory.line);
            return Fate::new(Reason::Factory, call, format!("{place} has every task kept"));
        }
        let never_keeps = found.wrapper.is_some_and(|w| self.is_left_off(call, w));
        match found.settled {
            Some(Reason::Conditional) if never_keeps => fate,
            Some(Reason::Receiver) => Fate::new(
                Reason::Receiver,
                call,
                "whether the receiver is asyncio's cannot be told",
            ),
            Some(reason) => Fate::new(reason, call, "the name may stand for something else, too"),
            None if self.may_be_futures(call, found.spawner) => {
                let why = format!(
                    "its argument may be a future already, which {} would only pass on",
                    self.quote(call)
                );
                Fate::new(Reason::Argument, call, why)
            }
            None => fate,
        }
    }

    /// Whether a call gives none of the parameters that make a wrapper keep its task.
    fn is_left_off(&self, call: NodeId, wrapper: &Wrapper) -> bool {
        let arguments = self.model.child(call, Field::Arguments);
        let starred = arguments.is_some_and(|a| {
            let kind = |n| self.model.kind(n);
            self.model
                .tree
                .children(a)
                .any(|n| matches!(kind(n), Kind::DictionarySplat | Kind::ListSplat))
        });
        let given = |name: &String| self.model.keyword(call, name).is_some();
        !wrapper.keeps_with.is_empty() && !starred && !wrapper.keeps_with.iter().any(given)
    }

    /// A parameter given here that decides what a wrapper returns.
    fn switched<'w>(&self, call: NodeId, wrapper: &'w Wrapper) -> Option<&'w str> {
        let given = |name: &&String| self.model.keyword(call, name).is_some();
        wrapper.switches.iter().find(given).map(String::as_str)
    }

    /// Whether a spawner's tasks are made through the project's task factory, or replaced `create_task`.
    fn goes_through(&self, call: NodeId, found: Found<'_>, factory: &Factory) -> bool {
        let callee = self.model.child(call, Field::Function);
        let by_attribute = callee.is_some_and(|c| self.model.kind(c) == Kind::Attribute);
        match found.spawner {
            Spawner::CreateTask => !factory.attribute_only || by_attribute,
            Spawner::EnsureFuture
            | Spawner::LoopCreateTask
            | Spawner::Gather
            | Spawner::Shield
            | Spawner::Threadsafe => !factory.attribute_only,
            Spawner::TaskClass | Spawner::Wrapper | Spawner::Manager => false,
        }
    }

    /// A future of `run_coroutine_threadsafe` is waited for by its `result()` (asyncio-task.html#asyncio.run_coroutine_threadsafe).
    fn threadsafe(&self, value: NodeId, fate: Fate) -> Fate {
        let waits = |object: NodeId| {
            let attribute = self.model.tree.parent(object)?;
            let name = self.model.child(attribute, Field::Attribute)?;
            let called =
                self.model.tree.parent(attribute).filter(|p| self.model.kind(*p) == Kind::Call)?;
            matches!(self.model.text(name), "result" | "exception").then_some(called)
        };
        let awaited = |place: NodeId| {
            Fate::new(
                Reason::Awaited,
                place,
                format!("its result is waited for on {}", self.at(place)),
            )
        };
        match fate.reason {
            Reason::Chained => waits(value).map_or(fate, awaited),
            Reason::Touched => {
                let Some(variable) = self.model.variable(fate.end) else { return fate };
                let mut uses = self.model.uses(variable.0, variable.1).iter();
                let wait =
                    uses.find_map(|u| waits(u.node).filter(|_| !self.is_done_at(u.node, variable)));
                wait.map_or(fate, awaited)
            }
            _ => fate,
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

    /// A spawner that is passed, not called.
    fn judge_reference(&self, reference: NodeId) -> Option<Judged> {
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
        if found.settled.is_some_and(|r| r.verdict() == Verdict::Managed) {
            return None;
        }
        let mut fate = self.passed_uncalled(reference)?;
        if let Some(reason) = found.settled.filter(|_| fate.verdict() == Verdict::Dropped) {
            fate = Fate::new(reason, reference, "the name may stand for something else, too");
        }
        let site = Site {
            node: reference,
            callee: reference,
            spawner: found.spawner,
            evidence: found.evidence,
            uncalled: true,
        };
        let wrapper = found.path.map(str::to_owned);
        Some(Judged { wrapper, ..judged(site, fate) })
    }
}

fn judged(site: Site, fate: Fate) -> Judged {
    Judged { site, wrapper: None, reason: fate.reason, why: fate.why, end: fate.end }
}
