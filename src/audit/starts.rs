//! Who starts a task: the calls that lead to the function that creates it, up to the start of the application, the program's
//! own lines or a request. It knows no task.

use std::collections::{BTreeSet, VecDeque};

use super::callers::CallerRef;
use super::index::WorkspaceIndex;
use super::related_location::RelatedLocation;
use super::types::NodeRef;
use crate::python::{BindingKind, Field, Kind, NodeId};
use crate::tasks::last_name;
use crate::tasks::libraries::HookPhase;

/// Maximum length of a chain.
const MAX_DEPTH: usize = 6;
/// At most this many functions are visited for one chain.
const MAX_FUNCTIONS: usize = 200;
/// At most this many callers are named where no chain has a known beginning.
const MAX_CALLERS: usize = 3;

/// Where a chain of calls begins, the most telling last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum StartRoot {
    Request,
    Program,
    Startup,
}

/// A call, and the index of the one below it.
struct StartLink {
    step: RelatedLocation,
    below: Option<usize>,
}

impl WorkspaceIndex<'_> {
    /// The calls that lead to a site, the nearest first; empty if the project does not show them.
    pub(super) fn start_steps(&self, site: NodeRef) -> Vec<RelatedLocation> {
        self.start_chain(site).1
    }

    /// Whether a task is not only created as something starts, as far as the names of the callers say.
    pub(super) fn is_started_again(&self, site: NodeRef) -> bool {
        let Some(function) = self.function_of(site) else { return false };
        let starts = |f: NodeRef| self.is_start(f) || self.is_constructor(f);
        let callers = self.start_callers(function);
        match self.start_chain(site).0 {
            Some(StartRoot::Startup | StartRoot::Program) => false,
            Some(StartRoot::Request) => true,
            None if callers.is_empty() => !starts(function),
            None => callers.iter().any(|(c, _)| self.function_of(*c).is_some_and(|f| !starts(f))),
        }
    }

    fn start_chain(&self, site: NodeRef) -> (Option<StartRoot>, Vec<RelatedLocation>) {
        let Some(function) = self.function_of(site) else {
            let step = self.related(site, "module-level code creates it");
            return (Some(StartRoot::Program), vec![step]);
        };
        let mut links: Vec<StartLink> = Vec::new();
        let mut best: Option<(StartRoot, Vec<RelatedLocation>)> = None;
        let mut seen = BTreeSet::from([function]);
        let class = self.enclosing_class(function);
        let mut waiting = VecDeque::from([(function, site, class, None, 0)]);
        while let Some((function, node_ref, class, below, length)) = waiting.pop_front() {
            let mut offer = |root, links: &[StartLink], last| {
                if best.as_ref().is_none_or(|(known, _)| root > *known) {
                    best = Some((root, path_steps(links, last)));
                }
            };
            if let Some((root, step)) = self.start_root(function, node_ref) {
                links.push(StartLink { step, below });
                offer(root, &links, Some(links.len() - 1));
                continue;
            }
            if length >= MAX_DEPTH || seen.len() > MAX_FUNCTIONS {
                continue;
            }
            let mut callers = self.start_callers(function);
            callers.retain(|(caller, _)| {
                let may_be = class.as_ref().is_none_or(|class| self.may_be_for(*caller, class));
                may_be && !self.is_left_out(function, node_ref, *caller)
            });
            for (caller, note) in &callers {
                let others = match callers.len() {
                    1 => String::new(),
                    all => format!(" (one of {all} known places)"),
                };
                let step = self.related(*caller, format!("{note}{others}"));
                links.push(StartLink { step, below });
                let last = links.len() - 1;
                match self.function_of(*caller) {
                    _ if self.registers_request_handler(*caller) => {
                        offer(StartRoot::Request, &links, Some(last));
                    }
                    // `former = Client.start` starts nothing.
                    None if !self.runs_function(*caller) => {}
                    None => offer(StartRoot::Program, &links, Some(last)),
                    Some(around) if seen.insert(around) => {
                        let class = self.class_above(*caller, class.as_deref());
                        waiting.push_back((around, *caller, class, Some(last), length + 1));
                    }
                    Some(_) => {}
                }
            }
        }
        match best {
            Some((root, steps)) => (Some(root), steps),
            None => {
                let direct = links.into_iter().filter(|l| l.below.is_none());
                (None, direct.map(|l| l.step).take(MAX_CALLERS).collect())
            }
        }
    }

    /// Whether a node of a function stands under a condition on parameters that does not hold for this caller: it gives None or
    /// leaves out what is None by default, and the condition is `if precondition is not None:`.
    fn is_left_out(&self, function: NodeRef, node_ref: NodeRef, caller: NodeRef) -> bool {
        let (model, there) = (self.model(function), self.model(caller));
        let is_splat = |n| matches!(there.kind(n), Kind::ListSplat | Kind::DictionarySplat);
        let arguments = there.child(caller.node, Field::Arguments);
        let is_plain = arguments.is_some_and(|list| !there.tree.children(list).any(is_splat));
        let mut inner = node_ref.node;
        let around = model.tree.ancestors(node_ref.node).take_while(|n| *n != function.node);
        is_plain
            && around.into_iter().any(|n| {
                let excluding = match model.tree.field(inner) {
                    Field::Consequence => Some(false),
                    Field::Alternative => Some(true),
                    _ => None,
                };
                inner = n;
                let condition = model.child(n, Field::Condition);
                excluding.zip(condition).is_some_and(|(excluding, condition)| {
                    self.value_for(caller, function, condition) == Some(excluding)
                })
            })
    }

    /// The value of a condition on parameters of a function, if what a call gives for them decides it.
    fn value_for(&self, call: NodeRef, function: NodeRef, condition: NodeId) -> Option<bool> {
        let model = self.model(function);
        let condition = model.bare(condition);
        let value_of = |node| self.value_for(call, function, node);
        let mut parts = model.tree.children(condition);
        match model.kind(condition) {
            Kind::NotOperator => value_of(parts.next()?).map(|value| !value),
            Kind::BooleanOperator => {
                let (left, right) = (parts.next()?, parts.next()?);
                // One side decides `and` by being false, `or` by being true.
                let deciding = model.between(left, right).trim() == "or";
                let sides = [value_of(left), value_of(right)];
                sides.contains(&Some(deciding)).then_some(deciding)
            }
            Kind::ComparisonOperator => {
                let (name, none) = (parts.next()?, parts.next()?);
                let is_none = self.constant_for(call, function, name)? == Kind::None;
                let words: Vec<&str> = model.between(name, none).split_whitespace().collect();
                match words[..] {
                    _ if model.kind(none) != Kind::None => None,
                    ["is"] => Some(is_none),
                    ["is", "not"] => Some(!is_none),
                    _ => None,
                }
            }
            Kind::Identifier => match self.constant_for(call, function, condition)? {
                Kind::None | Kind::False => Some(false),
                Kind::True => Some(true),
                _ => None,
            },
            _ => None,
        }
    }

    /// What kind of constant a call gives for the parameter that a name is, by its default if it leaves it out.
    fn constant_for(&self, call: NodeRef, function: NodeRef, name: NodeId) -> Option<Kind> {
        let model = self.model(function);
        let [binding] = model.bindings_of(name) else { return None };
        let BindingKind::Parameter { function: of, default, variadic: false, .. } = binding.kind
        else {
            return None;
        };
        let kind = match self.argument_for(call, function, name) {
            Some(argument) => self.model(argument).kind(argument.node),
            None => model.kind(default?),
        };
        let is_constant = matches!(
            kind,
            Kind::None | Kind::True | Kind::False | Kind::Integer | Kind::Float | Kind::String
        );
        (of == function.node && is_constant).then_some(kind)
    }

    /// What runs this node of a function, if that is no call of the project.
    fn start_root(
        &self,
        function: NodeRef,
        node_ref: NodeRef,
    ) -> Option<(StartRoot, RelatedLocation)> {
        let name = self.name_of(function);
        if let Some(hook) = self.hook(function).filter(|h| h.is_application) {
            let is_before = match hook.phase {
                HookPhase::Startup => true,
                HookPhase::Around => self.yield_of(function).is_some_and(|y| node_ref.node < y),
                HookPhase::Shutdown => false,
            };
            let note = format!("{} runs `{name}` at application startup", hook.label);
            return is_before.then(|| (StartRoot::Startup, self.related(hook.node_ref, note)));
        }
        self.is_request_handler(function).then(|| {
            let note = format!("a request or a command runs `{name}`");
            (StartRoot::Request, self.related(function, note))
        })
    }

    /// The calls of a function, each with a note; of a method that prepares an object, where objects are created or entered.
    pub(super) fn start_callers(&self, function: NodeRef) -> Vec<(NodeRef, String)> {
        let name = self.name_of(function);
        let who = |node_ref: NodeRef| self.subject(self.function_of(node_ref));
        let class = self.enclosing_class(function);
        let own_name = self.model(function).name_of(function.node);
        let enters = matches!(own_name, "__aenter__" | "__enter__");
        if let Some(class) = class.filter(|_| enters || self.is_constructor(function)) {
            let made = self.constructions(&class);
            let made = made.iter().copied().filter(|m| !enters || self.is_entered(*m, own_name));
            let verb = if enters { "enters" } else { "creates" };
            let named = last_name(&class);
            return made.map(|m| (m, format!("{} {verb} a `{named}`", who(m)))).collect();
        }
        let (mut callers, _) = self.callers(function);
        // The end of a block starts nothing.
        let ends = |call| {
            let around = self.function_of(call);
            around.is_some_and(|f| self.hook_after_yield(f, call).is_some())
        };
        callers.retain(|c| self.can_reach(c.node_ref, function) && !ends(c.node_ref));
        if callers.iter().all(|c| c.by_name_only) && !self.is_one_of_many(function) {
            callers.extend(self.callers_of_base(function));
        }
        let has_resolved = callers.iter().any(|c| !c.by_name_only);
        let is_call = |node_ref: NodeRef| self.model(node_ref).kind(node_ref.node) == Kind::Call;
        callers.retain(|c| {
            // `close.__doc__`, `@copy_doc(Client.close)`
            let starts = is_call(c.node_ref) || self.function_of(c.node_ref).is_some();
            starts && (!has_resolved || !c.by_name_only)
        });
        let note = |CallerRef { node_ref, by_name_only }: CallerRef| {
            let by_name = if by_name_only { " (matched by name only)" } else { "" };
            // What gets a lambda calls it: `add_signal_handler(SIGINT, lambda: self.stop())`.
            let model = self.model(node_ref);
            let around = model.tree.ancestors(node_ref.node);
            let is_passed = around
                .take_while(|n| model.kind(*n) != Kind::FunctionDefinition)
                .any(|n| model.kind(n) == Kind::Lambda);
            let calls = is_call(node_ref) && !is_passed;
            let verb = if calls { "calls" } else { "refers to" };
            (node_ref, format!("{} {verb} `{name}`{by_name}", who(node_ref)))
        };
        callers.into_iter().map(note).collect()
    }

    /// Whether a call on `self` can be of the method of a subclass: it is not if the subclass overrides the caller, too.
    fn can_reach(&self, call: NodeRef, function: NodeRef) -> bool {
        let model = self.model(call);
        let callee = model.child(call.node, Field::Function).unwrap_or(call.node);
        let object = model.child(callee, Field::Object).filter(|o| model.text(*o) == "self");
        let own = object.and_then(|_| model.class_of(call.node)).map(|class| model.path_of(class));
        own.zip(self.enclosing_class(function)).is_none_or(|(own, class)| {
            self.may_be_one_object(&own, &class) && !self.is_overridden(call, &own, &class)
        })
    }

    /// Whether a block enters what a call makes by this method: `async with Client() as client:` by `__aenter__`.
    fn is_entered(&self, call: NodeRef, method: &str) -> bool {
        let model = self.model(call);
        let parent = model.tree.parent(call.node);
        let entered = parent.filter(|p| model.kind(*p) == Kind::AsPattern).unwrap_or(call.node);
        let mut around =
            model.tree.ancestors(entered).filter(|n| model.kind(*n) != Kind::WithClause);
        let is_item = around.next().is_some_and(|n| model.kind(n) == Kind::WithItem);
        let block = around.next().map_or("", |n| model.text(n));
        is_item && block.starts_with("async") == (method == "__aenter__")
    }
}

/// The steps of a path through the links, the lowest first.
fn path_steps(links: &[StartLink], last: Option<usize>) -> Vec<RelatedLocation> {
    let up = std::iter::successors(last.map(|at| &links[at]), |l| l.below.map(|at| &links[at]));
    let mut steps: Vec<RelatedLocation> = up.map(|link| link.step.clone()).collect();
    steps.reverse();
    steps
}
