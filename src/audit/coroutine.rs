//! Which coroutine a site runs, its name and its purpose. It does not look at what the coroutine
//! does.

use super::coroutine_exit::suspensions;
use super::index::{IndexedFile, WorkspaceIndex};
use super::source_text::source_on_one_line;
use super::types::NodeRef;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Spawner};

/// The coroutine that a site runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coroutine {
    /// As written, without arguments: `self._loop`; the several of a `gather` separated by commas.
    pub text: String,
    /// The function of the project, where it resolves to exactly one.
    pub function: Option<NodeRef>,
    /// The function of the project that the text names, where a wrapper runs another around it.
    pub named: Option<NodeRef>,
    /// Whether the text names what is called, not a variable.
    pub is_called: bool,
}

/// At most this many coroutines of one `gather` are named; the rest is counted.
const MAX_NAMED: usize = 3;

/// Maximum depth of wrappers that call wrappers.
const MAX_DEPTH: u32 = 3;

impl WorkspaceIndex<'_> {
    /// The coroutine that a site of a file runs.
    pub fn coroutine(&self, file: usize, classified: &ClassifiedSite) -> Coroutine {
        self.coroutine_within(file, classified, MAX_DEPTH)
    }

    fn coroutine_within(&self, file: usize, classified: &ClassifiedSite, depth: u32) -> Coroutine {
        let model = self.files[file].model;
        let wrapped = || self.coroutine_in_wrapper(file, classified, depth.checked_sub(1)?);
        if let Some(coroutine) = wrapped() {
            return coroutine;
        }
        let is_wrapper = matches!(classified.site.spawner, Spawner::Wrapper | Spawner::Manager);
        let object = model.child(classified.site.callee, Field::Object);
        let is_of_other = object.is_some_and(|object| model.self_class(object).is_none());
        // A wrapper that is awaited where it is called runs in the task of its caller.
        let around = model.tree.parent(classified.site.node);
        let is_awaited = around.is_some_and(|around| model.kind(around) == Kind::Await);
        let is_hidden = || match self.wrapper(file, classified) {
            Some(wrapper) => is_awaited || !self.model(wrapper).is_async(wrapper.node),
            None => is_of_other,
        };
        let mut coroutine_arguments = coroutine_arguments(model, classified);
        // What a wrapper is given may be something else than a coroutine.
        coroutine_arguments
            .retain(|n| !is_wrapper || !self.gives_other(NodeRef { file, node: *n }));
        if let [only] = coroutine_arguments[..]
            && let Some(coroutine) = self.followed_coroutine(NodeRef { file, node: only })
        {
            return coroutine;
        }
        let texts: Vec<String> =
            coroutine_arguments.iter().map(|n| coroutine_text(model, *n)).collect();
        let text = match texts.len() {
            // What a function runs that is not known, or that makes tasks in several ways, is not known either.
            0 if is_wrapper && is_hidden() => "unknown".to_owned(),
            0 => source_on_one_line(model, classified.site.callee),
            n if n <= MAX_NAMED => texts.join(", "),
            n => format!("{} and {} more", texts[..MAX_NAMED - 1].join(", "), n + 1 - MAX_NAMED),
        };
        let functions = match coroutine_arguments[..] {
            [only] => self.called_by_expression(NodeRef { file, node: only }),
            _ => Vec::new(),
        };
        let is_called = coroutine_arguments.iter().all(|n| is_coroutine_call(model, *n));
        let is_called = is_called && !coroutine_arguments.is_empty();
        let function = self.only_coroutine(&functions);
        Coroutine { text, function, named: function, is_called }
    }

    /// The coroutine of a name that is bound in several branches, of a parameter of a function that is called once, or of what
    /// a function returns.
    fn followed_coroutine(&self, argument: NodeRef) -> Option<Coroutine> {
        let model = self.model(argument);
        let call = model.bare(argument.node);
        // `create_task(function(*arguments))`
        let callee = model.child(call, Field::Function).map(|node| NodeRef { node, ..argument });
        if let Some(given) = callee.and_then(|callee| self.only_argument(callee)) {
            let mut functions = self.functions(given);
            functions.retain(|f| self.model(*f).is_async(f.node));
            let text = coroutine_text(self.model(given), given.node);
            let function = self.only_coroutine(&functions);
            return Some(Coroutine { text, function, named: function, is_called: true });
        }
        let choices = callee.map(|callee| self.callee_choices(callee)).unwrap_or_default();
        let mut texts: Vec<String> =
            choices.iter().map(|c| source_on_one_line(self.model(*c), c.node)).collect();
        texts.dedup();
        if (1..=MAX_NAMED).contains(&texts.len()) {
            let functions = self.chosen_coroutines(&choices).unwrap_or_default();
            let function = self.only_coroutine(&functions);
            let text = texts.join(" or ");
            return Some(Coroutine { text, function, named: function, is_called: true });
        }
        let sources = self.coroutine_sources(argument);
        let mut texts: Vec<String> =
            sources.iter().map(|source| coroutine_text(self.model(*source), source.node)).collect();
        texts.dedup();
        let functions = match sources[..] {
            [only] => self.called_by_expression(only),
            _ => Vec::new(),
        };
        let function = self.only_coroutine(&functions);
        (1..=MAX_NAMED).contains(&texts.len()).then(|| Coroutine {
            text: texts.join(" or "),
            function,
            named: function,
            is_called: matches!(sources[..], [only] if is_coroutine_call(self.model(only), only.node)),
        })
    }

    /// The coroutine functions that a name stands for which is bound to these, if all are known.
    pub(super) fn chosen_coroutines(&self, choices: &[NodeRef]) -> Option<Vec<NodeRef>> {
        let known = |choice: &NodeRef| {
            let is_call = self.model(*choice).kind(choice.node) == Kind::Call;
            let functions = if is_call { Vec::new() } else { self.functions(*choice) };
            let is_async = |f: &NodeRef| self.model(*f).is_async(f.node);
            (!functions.is_empty() && functions.iter().all(is_async)).then_some(functions)
        };
        let all: Option<Vec<Vec<NodeRef>>> = choices.iter().map(known).collect();
        let mut all = all?.concat();
        all.sort();
        all.dedup();
        Some(all)
    }

    fn only_coroutine(&self, functions: &[NodeRef]) -> Option<NodeRef> {
        match functions {
            [only] if !self.model(*only).is_stub(only.node) && !self.may_be_another(*only) => {
                Some(*only)
            }
            _ => None,
        }
    }

    /// Whether a method that does nothing by itself is overridden below: what is called is one of those.
    fn may_be_another(&self, method: NodeRef) -> bool {
        let model = self.model(method);
        let name = model.name_of(method.node);
        let waits = suspensions(model, method.node, method.node).next().is_some();
        let Some(class) = self.enclosing_class(method).filter(|_| !waits) else { return false };
        self.with_subclasses(&class).into_iter().any(|below| {
            below != class
                && self.function_at(&format!("{below}.{name}")).is_some_and(|f| f != method)
        })
    }

    /// The coroutine of the only task that a wrapper makes: its own, or the argument that it is called with. A coroutine
    /// around that argument is what runs, but the argument is what is named.
    fn coroutine_in_wrapper(
        &self,
        file: usize,
        classified: &ClassifiedSite,
        depth: u32,
    ) -> Option<Coroutine> {
        let is_wrapper = matches!(classified.site.spawner, Spawner::Wrapper | Spawner::Manager);
        let wrapper = self.wrapper(file, classified).filter(|_| is_wrapper)?;
        let [inner] = self.sites_in(wrapper)[..] else { return None };
        let there = self.model(wrapper);
        let made = match coroutine_arguments(there, inner)[..] {
            [made] => there.bare(made),
            _ => return None,
        };
        let call = NodeRef { file, node: classified.site.node };
        let given = |node: NodeId| self.argument_for(call, wrapper, node);
        if let Some(argument) = given(made) {
            let functions = self.called_by_expression(argument);
            let text = coroutine_text(self.model(call), argument.node);
            let is_called = is_coroutine_call(self.model(call), argument.node);
            let function = self.only_coroutine(&functions);
            return Some(Coroutine { text, function, named: function, is_called });
        }
        // `create_task(function(*arguments))`
        let callee = there.child(made, Field::Function);
        if let Some(argument) = callee.and_then(given) {
            let mut functions = self.functions(argument);
            functions.retain(|f| self.model(*f).is_async(f.node));
            let text = coroutine_text(self.model(call), argument.node);
            let function = self.only_coroutine(&functions);
            return Some(Coroutine { text, function, named: function, is_called: true });
        }
        let own = self.coroutine_within(wrapper.file, inner, depth);
        let arguments = there.child(made, Field::Arguments);
        let arguments = arguments.into_iter().flat_map(|list| there.tree.children(list));
        let values = arguments.map(|a| there.child(a, Field::Value).unwrap_or(a));
        let passed = values.filter_map(given).find(|argument| {
            let model = self.model(*argument);
            model.kind(model.bare(argument.node)) == Kind::Call
        });
        let captured = || {
            let runs = own.function.filter(|f| there.tree.contains(wrapper.node, f.node))?;
            there.own_nodes(runs.node, |kind| kind == Kind::Identifier).find_map(given)
        };
        let named = passed.or_else(captured).filter(|argument| {
            let model = self.model(*argument);
            model.kind(model.bare(argument.node)) == Kind::Call
        });
        let Some(argument) = named else { return Some(own) };
        let text = coroutine_text(self.model(call), argument.node);
        let named = self.only_coroutine(&self.called_by_expression(argument));
        Some(Coroutine { text, function: own.function, named, is_called: true })
    }

    /// The coroutine functions that an expression may be a call of.
    fn called_by_expression(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        let model = self.model(node_ref);
        let node = model.bare(node_ref.node);
        let mut found = match model.kind(node) {
            Kind::Call => {
                let callee = model.child(node, Field::Function);
                match callee.filter(|c| self.may_be_given_back(NodeRef { node: *c, ..node_ref })) {
                    Some(_) => Vec::new(),
                    None => self.coroutines(NodeRef { node, ..node_ref }),
                }
            }
            Kind::Identifier => self.bound_coroutine(NodeRef { node, ..node_ref }),
            _ => Vec::new(),
        };
        found.dedup();
        found
    }

    /// Whether an expression is a call of a function of the project that gives no awaitable, by its annotation.
    fn gives_other(&self, node_ref: NodeRef) -> bool {
        let model = self.model(node_ref);
        let awaitables = ["Any", "Awaitable", "Coroutine", "Future", "Generator", "Task", "object"];
        let gives = |f: &NodeRef| {
            let there = self.model(*f);
            let annotation = there.child(f.node, Field::ReturnType).map(|n| there.text(n));
            !there.is_async(f.node)
                && annotation.is_some_and(|text| !awaitables.iter().any(|word| text.contains(word)))
        };
        let functions =
            self.called_functions(NodeRef { node: model.bare(node_ref.node), ..node_ref });
        !functions.is_empty() && functions.iter().all(gives)
    }

    /// `coro = work(); create_task(coro)`
    fn bound_coroutine(&self, node_ref: NodeRef) -> Vec<NodeRef> {
        let model = self.model(node_ref);
        let [binding] = model.bindings_of(node_ref.node) else { return Vec::new() };
        match binding.kind {
            BindingKind::Assign { value } | BindingKind::Annotated { value: Some(value), .. } => {
                self.coroutines(NodeRef { node: model.bare(value), ..node_ref })
            }
            _ => Vec::new(),
        }
    }

    /// The wrapper function of the project that a site calls.
    pub(super) fn wrapper(&self, file: usize, classified: &ClassifiedSite) -> Option<NodeRef> {
        match self.functions(NodeRef { file, node: classified.site.callee })[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// What is said of a `gather` whose verdict is not known for what it is given. Unlike `ensure_future` and `shield` it never
    /// returns that.
    pub(super) fn gathered_futures(
        &self,
        file: usize,
        classified: &ClassifiedSite,
    ) -> Option<&'static str> {
        let is_alone = classified.site.spawner == Spawner::Gather
            && classified.reason == Reason::Argument
            && classified.sink == classified.site.node;
        (is_alone && self.coroutine(file, classified).function.is_none()).then_some(
            "what it gathers may be a future that exists already, of which it makes no task",
        )
    }

    /// The sites inside a wrapper, without those of tasks that it only uses itself: `waiter = create_task(started.wait())`.
    pub(super) fn sites_in(&self, function: NodeRef) -> Vec<&ClassifiedSite> {
        let IndexedFile { model, classified, .. } = self.files[function.file];
        let inside = |j: &&ClassifiedSite| model.tree.contains(function.node, j.site.node);
        let all = || classified.iter().filter(inside);
        let is_used_up = |j: &ClassifiedSite| {
            matches!(j.reason, Reason::Awaited | Reason::Gathered | Reason::Frame)
        };
        let is_mixed = all().any(|j| !is_used_up(j));
        all().filter(|j| !is_mixed || !is_used_up(j)).collect()
    }
}

/// The arguments of a site that are coroutines. Of a name that a loop binds to each element of a list, the elements.
pub(super) fn coroutine_arguments(model: &Model, classified: &ClassifiedSite) -> Vec<NodeId> {
    let arguments = given_coroutines(model, classified);
    match arguments[..] {
        [only] => looped_elements(model, only).unwrap_or(arguments),
        _ => arguments,
    }
}

/// `for coroutine in [self._read(), self._write()]:`
fn looped_elements(model: &Model, name: NodeId) -> Option<Vec<NodeId>> {
    let [binding] = model.bindings_of(name) else { return None };
    let BindingKind::For { iterable, whole: true } = binding.kind else { return None };
    let list = match model.bindings_of(iterable) {
        [binding] => {
            let (scope, symbol) = model.variable(iterable)?;
            let mut uses = model.uses(scope, symbol).iter();
            let is_changed =
                |n: NodeId| model.tree.parent(n).is_some_and(|p| model.kind(p) == Kind::Attribute);
            binding.kind.value().filter(|_| !uses.any(|used| is_changed(used.node)))?
        }
        _ => iterable,
    };
    let elements: Vec<NodeId> = model.tree.children(list).collect();
    let is_display = matches!(model.kind(list), Kind::List | Kind::Tuple | Kind::Set);
    let is_call = |n: &NodeId| model.kind(model.bare(*n)) == Kind::Call;
    (is_display && !elements.is_empty() && elements.iter().all(is_call)).then_some(elements)
}

fn given_coroutines(model: &Model, classified: &ClassifiedSite) -> Vec<NodeId> {
    let site = classified.site;
    if site.uncalled {
        // `call_soon(create_task, work())`: the argument after the reference.
        let call = model.tree.ancestors(site.node).find(|n| model.kind(*n) == Kind::Call);
        let arguments = call.map(|c| model.positional(c)).unwrap_or_default();
        let at = arguments.iter().position(|a| *a == site.node);
        return at.and_then(|i| arguments.get(i + 1).copied()).into_iter().collect();
    }
    if let Some(coroutine) = classified.coroutine {
        return vec![coroutine];
    }
    let arguments = model.positional(site.node);
    let named = || {
        let keyword = |name| model.keyword(site.node, name);
        keyword("coro").or_else(|| keyword("coroutine"))
    };
    match site.spawner {
        Spawner::Gather => arguments,
        Spawner::TaskOwner => Vec::new(),
        // A subclass of `Task` may be given more than a coroutine.
        Spawner::TaskClass => {
            let is_call = |n: &&NodeId| model.kind(model.bare(**n)) == Kind::Call;
            let first = arguments.iter().find(is_call).or_else(|| arguments.first());
            first.copied().or_else(named).into_iter().collect()
        }
        Spawner::Wrapper | Spawner::Manager => {
            // `spawn(asyncio.get_running_loop(), work())`
            let is_coroutine = |n: &&NodeId| {
                let call = model.bare(**n);
                let callee = model.child(call, Field::Function).map(|c| model.text(c));
                model.kind(call) == Kind::Call && !callee.is_some_and(|c| c.ends_with("_loop"))
            };
            let called = arguments.iter().find(is_coroutine).copied();
            called.or_else(named).into_iter().collect()
        }
        _ => arguments.first().copied().or_else(named).into_iter().collect(),
    }
}

/// A coroutine call without its arguments; of a comprehension its element; anything else as
/// written.
fn coroutine_text(model: &Model, node: NodeId) -> String {
    let node = model.bare(node);
    match model.kind(node) {
        // `work = self._work(); create_task(work)`
        Kind::Identifier => {
            let value = match model.bindings_of(node) {
                [binding] => binding.kind.value().map(|value| model.bare(value)),
                _ => None,
            };
            let call = value.filter(|value| {
                model.kind(*value) == Kind::Call && model.callee_name(*value) != Some("cast")
            });
            call.map_or_else(|| source_on_one_line(model, node), |call| coroutine_text(model, call))
        }
        Kind::Call => match inner_coroutine(model, node) {
            Some(coroutine) => coroutine_text(model, coroutine),
            None => source_on_one_line(model, model.child(node, Field::Function).unwrap_or(node)),
        },
        // `start(lambda: work())`
        Kind::Lambda => {
            let body = model.child(node, Field::Body).map(|body| model.bare(body));
            let call = body.filter(|body| model.kind(*body) == Kind::Call);
            call.map_or_else(|| source_on_one_line(model, node), |call| coroutine_text(model, call))
        }
        Kind::ListSplat => {
            let all = model.tree.first_child(node).map(|n| model.bare(n));
            let all = all.filter(|n| model.kind(*n).is_comprehension());
            all.map_or_else(
                || source_on_one_line(model, node),
                |all| format!("*{}", coroutine_text(model, all)),
            )
        }
        kind if kind.is_comprehension() => model
            .child(node, Field::Body)
            .map_or_else(String::new, |body| coroutine_text(model, body)),
        _ => source_on_one_line(model, node),
    }
}

/// Whether an argument is a call, or a comprehension of calls.
fn is_coroutine_call(model: &Model, node: NodeId) -> bool {
    let node = model.bare(node);
    match model.kind(node) {
        // What a parameter names is not known: `create_task(func())`.
        Kind::Call => model.child(node, Field::Function).is_none_or(|callee| {
            let of_parameter = |b: &Binding| matches!(b.kind, BindingKind::Parameter { .. });
            !model.bindings_of(callee).iter().any(of_parameter)
        }),
        Kind::ListSplat => model.tree.first_child(node).is_some_and(|n| {
            let all = model.bare(n);
            model.kind(all).is_comprehension() && is_coroutine_call(model, all)
        }),
        kind if kind.is_comprehension() => {
            model.child(node, Field::Body).is_some_and(|body| is_coroutine_call(model, body))
        }
        _ => false,
    }
}

/// `create_task(work())` runs `work`.
pub(super) fn inner_coroutine(model: &Model, call: NodeId) -> Option<NodeId> {
    let name = model.callee_name(call)?;
    let first = *model.positional(call).first()?;
    let passes = matches!(name, "create_task" | "ensure_future" | "shield" | "wait_for");
    (passes && model.kind(first) == Kind::Call).then_some(first)
}
