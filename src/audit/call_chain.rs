//! Caller chains: who calls a function that stops tasks, across files, up to the code that ends an
//! application, a block or an object. It knows no task.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::callers::CallerRef;
use super::index::WorkspaceIndex;
use super::related_location::RelatedLocation;
use super::stop_occasions::END_VERBS;
use super::types::{CallChain, ChainRoot, LifecycleHook, NodeRef, StopOccasion, TaskOrigin};
use crate::python::{Field, Kind, NodeId};
use crate::tasks::libraries::{HookPhase, Registration, hook_phase};

/// Maximum length of a chain.
const MAX_DEPTH: usize = 8;
/// Maximum length of a chain of calls whose callers all end something.
const MAX_CALLS: u32 = 3;
/// At most this many functions are visited for one chain.
const MAX_FUNCTIONS: usize = 200;

/// Methods by which users release an object (library/contextlib.html#contextlib.aclosing, and
/// convention).
const CLOSE_METHODS: &[&str] =
    &["close", "aclose", "disconnect", "shutdown", "stop", "wait_closed"];

/// What an event may tell of that is no end of who hears of it: `on_disconnect`.
const OTHER_ENDS: &[&str] = &["cancel", "disconnect", "finish", "kill", "lost"];

/// One step up a chain: a caller, and the index of the step below it.
struct ChainLink {
    callee: NodeRef,
    caller: CallerRef,
    /// The function around the call.
    around: Option<NodeRef>,
    below: Option<usize>,
}

impl WorkspaceIndex<'_> {
    /// The most conclusive chain of callers above a function; test code counts only for test
    /// functions.
    pub fn chain(&self, function: NodeRef, origin: &TaskOrigin) -> CallChain {
        let key = (function, origin.clone());
        (*self.answers.chains.get(key, |_| Arc::new(self.compute_chain(function, origin)))).clone()
    }

    fn compute_chain(&self, function: NodeRef, origin: &TaskOrigin) -> CallChain {
        let root = self.own_root(function).unwrap_or(ChainRoot::Uncalled);
        let mut best = CallChain { steps: self.registration_steps(function), root };
        if root == ChainRoot::Shutdown {
            return best;
        }
        let mut links: Vec<ChainLink> = Vec::new();
        // Who may call besides the known callers.
        let mut others: Option<CallChain> = None;
        // The nearest close method, whoever calls it in the project.
        let mut close: Option<CallChain> = None;
        let stores = origin.location.as_ref().map(|l| self.stores_of(l)).unwrap_or_default();
        let mut seen = BTreeSet::from([function]);
        let mut waiting = VecDeque::from([(function, None::<usize>, 0)]);
        // The first place that gives the function to something that may call it.
        let mut registered: Option<CallChain> = None;
        // Callers that pass on their own cancellation.
        let mut late = Vec::new();
        loop {
            let is_occasion = best.root.occasion().is_some();
            let next = waiting.pop_front().or_else(|| late.pop().filter(|_| !is_occasion));
            let Some((callee, below, length)) = next else { break };
            if seen.len() > MAX_FUNCTIONS || length >= MAX_DEPTH {
                // There are callers, whose ends are not looked for.
                if is_better(&best, ChainRoot::Caller) {
                    best = self.path_chain(&links, Some(0), ChainRoot::Caller);
                }
                break;
            }
            let (mut callers, is_unclear) = self.callers(callee);
            callers.retain(|c| {
                !origin.location.as_ref().is_some_and(|l| self.is_only_without_task(c.node_ref, l))
            });
            if callers.is_empty() {
                let is_unclear = is_unclear || self.may_be_called_externally(callee);
                let root = match (self.is_close_method(callee), below, is_unclear) {
                    (true, ..) if self.is_never_called(callee) => ChainRoot::Uncalled,
                    (true, ..) => ChainRoot::CloseMethod,
                    (_, Some(_), _) => ChainRoot::Caller,
                    (_, _, true) => ChainRoot::Ambiguous,
                    _ => ChainRoot::Uncalled,
                };
                if is_better(&best, root) {
                    best = self.path_chain(&links, below, root);
                }
                continue;
            }
            if close.is_none() && self.is_close_method(callee) {
                close = Some(self.path_chain(&links, below, ChainRoot::CloseMethod));
            }
            // A base of another library may call what its name says to end something.
            let is_open = is_unclear
                || self.is_end(callee)
                    && self.enclosing_class(callee).is_some_and(|c| !self.is_self_contained(&c));
            if is_open && others.is_none() {
                let root = match self.is_close_method(callee) {
                    true => ChainRoot::CloseMethod,
                    false => ChainRoot::Ambiguous,
                };
                others = Some(self.path_chain(&links, below, root));
            }
            let is_one_of_several = self.is_one_of_several(callee);
            for caller in callers {
                let around = self.calling_function(caller.node_ref);
                // Who closes one object closes no other.
                if is_one_of_several && !self.is_of_same_class(callee, around) {
                    let ends = [ChainRoot::Caller, ChainRoot::CloseMethod];
                    let root = ends[usize::from(self.is_close_method(callee))];
                    if is_better(&best, root) {
                        best = self.path_chain(&links, below, root);
                    }
                    continue;
                }
                let here = links.len();
                links.push(ChainLink { callee, caller, around, below });
                let root = match around {
                    None if self.is_example(caller.node_ref) => {
                        Some(ChainRoot::Occasion(StopOccasion::Example))
                    }
                    // `= Depends(stop)`
                    None if self.registers_request_handler(caller.node_ref) => {
                        Some(ChainRoot::Occasion(StopOccasion::Request))
                    }
                    // `stop = synchronous(_stop)` in a class.
                    None if self
                        .model(caller.node_ref)
                        .class_of(caller.node_ref.node)
                        .is_some() =>
                    {
                        let is_end = self.is_end(callee);
                        let ends = [ChainRoot::Ambiguous, ChainRoot::CloseMethod];
                        Some(ends[usize::from(is_end)])
                    }
                    None if !self.runs_function(caller.node_ref) => {
                        links.pop();
                        let chain = self.path_chain(&links, below, ChainRoot::Caller);
                        registered.get_or_insert(chain);
                        continue;
                    }
                    None => Some(ChainRoot::Program),
                    Some(f) => self.root_at(f, caller.node_ref).or_else(|| {
                        let occasion = self.stop_occasion(f, caller.node_ref, origin);
                        let is_registered =
                            matches!(occasion, Some(StopOccasion::Request | StopOccasion::Event));
                        let registration = self.registration_root(caller.node_ref);
                        let registration = registration.filter(|_| !is_registered);
                        registration.or(occasion.map(ChainRoot::Occasion))
                    }),
                };
                // Nor is it said to be the only occasion if that is not sure.
                let is_occasion = root.is_some_and(|root| root.occasion().is_some());
                if is_occasion && self.may_be_other_occasion(&links, here) {
                    if is_better(&best, ChainRoot::Caller) {
                        best = self.path_chain(&links, Some(here), ChainRoot::Caller);
                    }
                    continue;
                }
                // `self._start()`, then `finally: self._stop()`
                let ends =
                    |f: NodeRef| self.ends_what_it_starts(f, caller.node_ref, &stores.creators);
                if around.is_some_and(ends) && is_better(&best, ChainRoot::BlockExit) {
                    best = self.path_chain(&links, Some(here), ChainRoot::BlockExit);
                }
                if root.is_none() && around.is_some_and(|f| seen.contains(&f)) {
                    continue;
                }
                if root == Some(ChainRoot::Caller) {
                    let chain = self.path_chain(&links, Some(here), ChainRoot::Caller);
                    registered.get_or_insert(chain);
                    continue;
                }
                let next = around.filter(|f| root.is_none() && seen.insert(*f));
                if let Some(f) = next {
                    match self.is_after_cancellation(f, caller.node_ref) {
                        true => late.push((f, Some(here), length + 1)),
                        false => waiting.push_back((f, Some(here), length + 1)),
                    }
                    continue;
                }
                let mut root = root.unwrap_or(ChainRoot::Caller);
                // `__aexit__` sends something, and sending cancels a task: that is no stop.
                if root == ChainRoot::BlockExit && !self.passes_an_end(&links, here) {
                    root = ChainRoot::Caller;
                }
                if is_better(&best, root) {
                    best = self.path_chain(&links, Some(here), root);
                }
            }
        }
        match best.root {
            // Where a class only closes itself after an error, or to start again, somebody else closes it at the end.
            ChainRoot::Occasion(
                StopOccasion::Error | StopOccasion::Restart | StopOccasion::OwnCoroutine,
            ) => others.or(close).unwrap_or(best),
            ChainRoot::Occasion(_) => others.unwrap_or(best),
            ChainRoot::Uncalled => close.or(registered).unwrap_or(best),
            root if root < ChainRoot::CloseMethod => close.unwrap_or(best),
            _ => best,
        }
    }

    /// Whether a node is in a `finally` of a function that creates the task, or calls a function that does.
    fn ends_what_it_starts(
        &self,
        function: NodeRef,
        node_ref: NodeRef,
        creators: &[NodeRef],
    ) -> bool {
        let model = self.model(function);
        let mut around = model.tree.ancestors(node_ref.node).take_while(|n| *n != function.node);
        let starts = |call: NodeId| {
            let callee = model.child(call, Field::Function).filter(|_| call < node_ref.node);
            callee.is_some_and(|node| {
                let called = self.functions(NodeRef { node, ..function });
                called.iter().any(|f| creators.contains(f))
            })
        };
        around.any(|n| model.kind(n) == Kind::FinallyClause)
            && (creators.contains(&function)
                || model.own_nodes(function.node, |kind| kind == Kind::Call).any(starts))
    }

    /// Whether a function is a method of objects that several places of the project create.
    fn is_one_of_several(&self, function: NodeRef) -> bool {
        let Some(class) = self.enclosing_class(function) else { return false };
        let home = |at: NodeRef| {
            let model = self.model(at);
            (at.file, model.class_of(at.node).or_else(|| model.function_of(at.node)))
        };
        let homes: BTreeSet<_> = self.constructions(&class).iter().map(|at| home(*at)).collect();
        homes.len() > 1
    }

    fn is_of_same_class(&self, function: NodeRef, around: Option<NodeRef>) -> bool {
        let classes = self.enclosing_class(function).zip(around.and_then(|f| self.class_around(f)));
        classes.is_some_and(|(one, other)| self.may_be_one_object(&one, &other))
    }

    /// The path of the class around a function or a function in it.
    fn class_around(&self, function: NodeRef) -> Option<String> {
        let model = self.model(function);
        model.class_of(function.node).map(|class| model.path_of(class))
    }

    /// Whether a path that ends at an occasion may be followed at another time, too: one of its calls is matched by name only, or is
    /// in a `finally` of a coroutine which is passed on, and so runs as that coroutine ends, whatever ends it.
    fn may_be_other_occasion(&self, links: &[ChainLink], last: usize) -> bool {
        let is_passed_on = |link: &ChainLink| {
            let at = link.caller.node_ref;
            self.model(at).kind(at.node) != Kind::Call
        };
        let is_in_finally = |link: &ChainLink| {
            let at = link.caller.node_ref;
            let model = self.model(at);
            let mut around = model
                .tree
                .ancestors(at.node)
                .take_while(|n| Some(*n) != link.around.map(|f| f.node));
            link.around.is_some_and(|f| model.is_async(f.node))
                && around.any(|n| model.kind(n) == Kind::FinallyClause)
        };
        let up = || std::iter::successors(Some(&links[last]), |l| l.below.map(|at| &links[at]));
        up().any(|link| link.caller.by_name_only)
            || is_passed_on(&links[last]) && up().any(is_in_finally)
    }

    /// Whether a path is short, or a function on it is one that ends something, by its name.
    fn passes_an_end(&self, links: &[ChainLink], last: usize) -> bool {
        let up = std::iter::successors(Some(&links[last]), |l| l.below.map(|at| &links[at]));
        let mut callees = up.map(|link| link.callee);
        links[last].below.is_none() || callees.any(|callee| self.is_end(callee))
    }

    /// The chain of a path through the links, the lowest first: up to the root, or, where that is not known to be an end, as
    /// far as the callers end something or pass the function on.
    fn path_chain(&self, links: &[ChainLink], last: Option<usize>, root: ChainRoot) -> CallChain {
        let up = std::iter::successors(last.map(|at| &links[at]), |l| l.below.map(|at| &links[at]));
        let up: Vec<&ChainLink> = up.collect();
        let is_whole = root >= ChainRoot::CloseMethod || root.occasion().is_some();
        let ends = |link: &&&ChainLink| {
            let at = link.caller.node_ref;
            is_whole
                || self.model(at).kind(at.node) != Kind::Call
                || link.around.is_some_and(|f| self.is_end(f))
        };
        let steps = up.iter().rev().take_while(ends).map(|link| self.step(link)).collect();
        CallChain { steps, root }
    }

    /// The application hook that runs this node at startup: the function itself, or a direct caller
    /// of it.
    pub fn startup_hook(&self, function: NodeRef, node_ref: NodeRef) -> Option<LifecycleHook> {
        let own = |function: NodeRef, node_ref: NodeRef| {
            let hook = self.hook(function).filter(|h| h.is_application)?;
            let is_before = match hook.phase {
                HookPhase::Startup => true,
                HookPhase::Around => self.yield_of(function).is_some_and(|y| node_ref.node < y),
                HookPhase::Shutdown => false,
            };
            is_before.then_some(hook)
        };
        let called = || {
            let (callers, _) = self.callers(function);
            let mut resolved = callers.iter().filter(|c| !c.by_name_only);
            resolved.find_map(|c| own(self.function_of(c.node_ref)?, c.node_ref))
        };
        own(function, node_ref).or_else(called)
    }

    /// The chain above a node of a function: after the `yield` of a hook no caller is needed.
    pub(super) fn chain_from(
        &self,
        function: NodeRef,
        node_ref: NodeRef,
        origin: &TaskOrigin,
    ) -> CallChain {
        match self.root_at(function, node_ref) {
            Some(ChainRoot::Shutdown | ChainRoot::BlockExit)
                if self.own_root(function).is_none() =>
            {
                let hook = self.hook(function).filter(|h| h.is_application);
                let step_for = |h: LifecycleHook| {
                    let name = self.name_of(function);
                    let note = format!("{} registers `{name}` with the application", h.label);
                    self.related(h.node_ref, note)
                };
                let root = if hook.is_some() { ChainRoot::Shutdown } else { ChainRoot::BlockExit };
                CallChain { steps: hook.map(step_for).into_iter().collect(), root }
            }
            Some(_) => self.chain(function, origin),
            // It passes on the cancellation of whoever waits.
            None if self.is_after_cancellation(function, node_ref) => {
                CallChain { steps: Vec::new(), root: ChainRoot::Ambiguous }
            }
            None => match self.stop_occasion(function, node_ref, origin) {
                Some(_) if origin.location.is_none() => self.chain(function, origin),
                Some(occasion) => {
                    CallChain { steps: Vec::new(), root: ChainRoot::Occasion(occasion) }
                }
                None => self.chain(function, origin),
            },
        }
    }

    /// Where a function is registered as a shutdown hook.
    fn registration_steps(&self, function: NodeRef) -> Vec<RelatedLocation> {
        let hook = self.hook(function).filter(|h| h.phase == HookPhase::Shutdown);
        let step_for = |h: LifecycleHook| {
            let note = format!("{} calls `{}` at shutdown", h.label, self.name_of(function));
            self.related(h.node_ref, note)
        };
        hook.map(step_for).into_iter().collect()
    }

    /// Whether a node of a function runs as the application, a block or an object ends.
    pub(super) fn runs_at_end(&self, function: NodeRef, node_ref: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node).trim_start_matches('_');
        let verb = name.split('_').next().unwrap_or(name);
        END_VERBS.contains(&verb) || is_end_hook(name) || self.root_at(function, node_ref).is_some()
    }

    /// Whether all calls of a function are where something ends.
    pub(super) fn is_called_at_end(&self, function: NodeRef) -> bool {
        self.is_called_at_end_within(function, MAX_CALLS)
    }

    fn is_called_at_end_within(&self, function: NodeRef, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let (callers, is_unclear) = self.callers(function);
        let at_end = |caller: &CallerRef| {
            self.function_of(caller.node_ref).is_some_and(|f| {
                self.runs_at_end(f, caller.node_ref) || self.is_called_at_end_within(f, depth)
            })
        };
        !callers.is_empty() && !is_unclear && callers.iter().all(at_end)
    }

    /// The root that a function is by itself: a shutdown hook, the exit method of a block.
    fn own_root(&self, function: NodeRef) -> Option<ChainRoot> {
        if self.name_is(function, &["__aexit__", "__exit__"]) {
            return Some(ChainRoot::BlockExit);
        }
        let hook = self.hook(function).filter(|h| h.phase == HookPhase::Shutdown)?;
        Some(if hook.is_application { ChainRoot::Shutdown } else { ChainRoot::BlockExit })
    }

    /// The root at which a chain through this call ends, if it ends there.
    fn root_at(&self, function: NodeRef, call: NodeRef) -> Option<ChainRoot> {
        self.own_root(function).or_else(|| {
            let is_application = self.hook_after_yield(function, call)?.is_application;
            Some(if is_application { ChainRoot::Shutdown } else { ChainRoot::BlockExit })
        })
    }

    /// The hook that runs this node after its `yield`.
    pub(super) fn hook_after_yield(
        &self,
        function: NodeRef,
        node_ref: NodeRef,
    ) -> Option<LifecycleHook> {
        let hook = self.hook(function).filter(|h| h.phase == HookPhase::Around)?;
        (self.yield_of(function)? < node_ref.node).then_some(hook)
    }

    fn step(&self, link: &ChainLink) -> RelatedLocation {
        let ChainLink { callee, caller, around, .. } = *link;
        let model = self.model(caller.node_ref);
        let by_name_only = if caller.by_name_only { " (matched by name only)" } else { "" };
        let callee = self.name_of(callee);
        let is_call = model.kind(caller.node_ref.node) == Kind::Call;
        let who = self.subject(around);
        let hook = around.and_then(|f| self.hook_after_yield(f, caller.node_ref));
        let suffix = if hook.is_some() { " after its `yield`" } else { "" };
        let note = match is_call {
            true => format!("{who} calls `{callee}`{suffix}{by_name_only}"),
            false if self.is_registered_for_end(caller.node_ref) => {
                format!("{who} registers `{callee}`{by_name_only}")
            }
            false => format!("{who} refers to `{callee}`{by_name_only}"),
        };
        self.related(caller.node_ref, note)
    }

    /// Whether code outside the project may call a function: a framework by its decorator, a base
    /// class by its name.
    fn may_be_called_externally(&self, function: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node);
        // Other code may call what is not private: another class, a framework.
        !name.starts_with('_')
            || self.wrapping_decorator(function).is_some()
            || self.is_looked_up_by_prefix(name)
            || (name.starts_with("__") && name.ends_with("__"))
            || self.enclosing_class(function).is_some_and(|class| !self.is_self_contained(&class))
    }

    fn is_close_method(&self, function: NodeRef) -> bool {
        self.enclosing_class(function).is_some() && self.name_is(function, CLOSE_METHODS)
    }

    pub(super) fn name_is(&self, function: NodeRef, names: &[&str]) -> bool {
        names.contains(&self.model(function).name_of(function.node))
    }
}

/// Whether a framework calls a method of this name as something ends: `on_stop`, `on_cleanup`, `before_server_stop`.
fn is_end_hook(name: &str) -> bool {
    let ends = |event: &str| {
        let word = event.split('_').next().unwrap_or(event);
        END_VERBS.contains(&word) && !OTHER_ENDS.contains(&word)
    };
    hook_phase(Registration::Event, name) == Some(HookPhase::Shutdown)
        || name.strip_prefix("on_").is_some_and(ends)
}

/// Whether a chain with this root is more conclusive than the best so far.
fn is_better(best: &CallChain, root: ChainRoot) -> bool {
    root > best.root || (best.steps.is_empty() && root == best.root)
}
