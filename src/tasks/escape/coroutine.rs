//! Is a spawner's argument a coroutine, which it wraps in a task, or already a future? It does not
//! follow the task.

use super::analyzer::EscapeAnalyzer;
use crate::python::{Binding, BindingKind, Field, Kind, Model, NodeId, Origin, UseKind};
use crate::tasks::effects::{ArgSlot, FunctionSummary, ValueKind};
use crate::tasks::libraries::{LibraryEffect, Role, Spawner, is_last_name, names};
use crate::tasks::project::{Callees, last_name};

impl EscapeAnalyzer<'_> {
    /// Whether an argument is a task or future that exists already: made by a spawner here or
    /// before, or running.
    pub(in crate::tasks) fn is_known_task(&self, argument: NodeId) -> bool {
        let argument = self.model.bare(argument);
        match self.model.kind(argument) {
            Kind::Call => {
                let callee = self.model.child(argument, Field::Function);
                let made = callee.map(|c| self.run_by(argument, c).unwrap_or(c));
                made.and_then(|c| self.spawner(c)).is_some_and(|f| !f.is_async())
                    || callee.is_some_and(|c| self.model.is_path(c, names(Role::CurrentTask)))
            }
            Kind::Identifier => {
                let bindings = self.model.bindings_of(argument);
                !bindings.is_empty()
                    && bindings.iter().all(|b| match b.kind {
                        BindingKind::For { iterable, .. } => self.is_of_running_tasks(iterable),
                        _ => b.kind.value().is_some_and(|value| match self.model.kind(value) {
                            Kind::None => true,
                            Kind::Call => self.is_known_task(value),
                            _ => false,
                        }),
                    })
            }
            Kind::ListSplat => {
                let inner = self.model.tree.first_child(argument);
                inner.is_some_and(|inner| self.is_of_running_tasks(inner))
            }
            _ => false,
        }
    }

    /// The callable that a context runs: `context.run(create_task, coro)`.
    fn run_by(&self, call: NodeId, callee: NodeId) -> Option<NodeId> {
        let first = *self.model.positional(call).first()?;
        let runs = || {
            self.origins(callee).iter().any(|o| self.library_effect(o) == Some(LibraryEffect::Runs))
        };
        (self.model.kind(callee) == Kind::Attribute && runs()).then_some(first)
    }

    /// Whether a container holds tasks that are already running
    /// (asyncio-task.html#asyncio.all_tasks).
    fn is_of_running_tasks(&self, container: NodeId) -> bool {
        self.deeper(|| self.derives_from_all_tasks(container)).unwrap_or(false)
    }

    /// Whether a statement waits for tasks that are already running, whoever made them: `await asyncio.gather(*others)` with
    /// `others = asyncio.all_tasks() - {asyncio.current_task()}`.
    pub(super) fn waits_for_running_tasks(&self, statement: NodeId) -> bool {
        let model = self.model;
        if !model.kind(statement).is_statement() || model.kind(statement).is_compound_statement() {
            return false;
        }
        let is_running = |value: NodeId| match model.kind(value) {
            Kind::ListSplat => {
                model.tree.first_child(value).is_some_and(|inner| self.is_of_running_tasks(inner))
            }
            _ => self.is_of_running_tasks(value) || self.is_each_running_task(value),
        };
        let awaited = model.tree.descendants(statement).filter(|n| model.kind(*n) == Kind::Await);
        awaited.filter_map(|wait| model.tree.first_child(wait)).any(|operand| {
            let arguments = model.positional(operand);
            arguments.iter().copied().chain([operand]).any(is_running)
        })
    }

    /// Whether a name is a loop's variable that becomes each of the tasks that are already running.
    fn is_each_running_task(&self, name: NodeId) -> bool {
        let bindings = self.model.bindings_of(name);
        let is_each = |kind: &BindingKind| match kind {
            BindingKind::For { iterable, .. } => self.is_of_running_tasks(*iterable),
            _ => false,
        };
        !bindings.is_empty() && bindings.iter().all(|binding| is_each(&binding.kind))
    }

    fn derives_from_all_tasks(&self, container: NodeId) -> bool {
        let model = self.model;
        let container = model.bare(container);
        match model.kind(container) {
            Kind::Call => {
                let Some(callee) = model.child(container, Field::Function) else { return false };
                let origins = self.origins(callee);
                let collects =
                    origins.iter().any(|o| self.library_effect(o) == Some(LibraryEffect::Collects));
                let only = match model.positional(container)[..] {
                    [only] if collects => Some(only),
                    _ => None,
                };
                model.is_path(callee, names(Role::AllTasks))
                    || only.is_some_and(|o| self.is_of_running_tasks(o))
            }
            Kind::Identifier => {
                let mut values = model.bindings_of(container).iter().map(|b| b.kind.value());
                values.len() > 0
                    && values.all(|v| v.is_some_and(|value| self.is_of_running_tasks(value)))
            }
            // `all_tasks() - {current_task()}`
            Kind::BinaryOperator => {
                let mut sides = model.tree.children(container);
                let (Some(left), Some(right)) = (sides.next(), sides.next()) else { return false };
                let between = model.between(left, right);
                between.contains(['-', '&']) && self.is_of_running_tasks(left)
            }
            // `[task for task in all_tasks() if task is not current]`
            kind if kind.is_comprehension() => {
                let body = model.child(container, Field::Body).map(|body| model.bare(body));
                body.is_some_and(|body| {
                    model.kind(body) == Kind::Identifier && self.is_known_task(body)
                })
            }
            _ => false,
        }
    }

    /// Whether `ensure_future`, `gather` or `shield` may be given only futures, and so make no task.
    pub(in crate::tasks) fn may_be_futures(&self, call: NodeId, spawner: Spawner) -> bool {
        if !matches!(spawner, Spawner::EnsureFuture | Spawner::Gather | Spawner::Shield) {
            return false;
        }
        let arguments = self.model.positional(call);
        let shown = if spawner == Spawner::Gather {
            &arguments[..]
        } else {
            arguments.get(..1).unwrap_or(&[])
        };
        !shown.iter().any(|a| self.is_coroutine(*a))
    }

    /// Whether an argument is certainly (or, by its name, most likely) a coroutine.
    fn is_coroutine(&self, argument: NodeId) -> bool {
        let model = self.model;
        let argument = model.bare(argument);
        match model.kind(argument) {
            Kind::Call => {
                !self.is_known_task(argument)
                    && !self.makes_future(argument)
                    && self.call_returns_coroutine(argument) != Some(false)
            }
            Kind::Await => false,
            Kind::ListSplat => {
                model.tree.first_child(argument).is_some_and(|inner| self.yields_coroutines(inner))
            }
            Kind::Identifier => {
                let name = model.text(argument);
                let by_name =
                    matches!(name, "coro" | "coroutine" | "_coro" | "coro_" | "coroutine_");
                by_name
                    || model.bindings_of(argument).iter().any(|b| match b.kind {
                        BindingKind::Parameter { annotation: Some(annotation), .. } => {
                            model.text(annotation).contains("Coroutine")
                        }
                        _ => b.kind.value().is_some_and(|value| {
                            model.kind(value) == Kind::Call && self.is_own_coroutine(value)
                        }),
                    })
                    || self.is_tested_as_coroutine(argument)
                    || self.is_run_as_coroutine(argument)
                    || self.deeper(|| self.is_given_coroutines(argument)).unwrap_or(false)
            }
            _ => false,
        }
    }

    fn yields_coroutines(&self, inner: NodeId) -> bool {
        let inner = self.model.bare(inner);
        if self.model.kind(inner) == Kind::Identifier {
            let bindings = self.model.bindings_of(inner);
            return !bindings.is_empty()
                && bindings.iter().all(|b| match b.kind {
                    BindingKind::Assign { value } => self.makes_coroutines(value),
                    _ => false,
                });
        }
        if self.model.kind(inner).is_comprehension() {
            return self.model.child(inner, Field::Body).is_some_and(|b| self.is_coroutine(b));
        }
        matches!(self.model.kind(inner), Kind::List | Kind::Tuple)
            && self.model.tree.children(inner).any(|e| self.is_coroutine(e))
    }

    /// Whether the elements of a comprehension are calls that are known to return coroutines.
    fn makes_coroutines(&self, value: NodeId) -> bool {
        let value = self.model.bare(value);
        let body = self.model.child(value, Field::Body);
        let body = body.filter(|_| self.model.kind(value).is_comprehension());
        body.is_some_and(|b| {
            self.model.kind(b) == Kind::Call
                && !self.makes_future(b)
                && self.call_returns_coroutine(b) == Some(true)
        })
    }

    /// Whether a call returns a future, not a coroutine.
    fn makes_future(&self, call: NodeId) -> bool {
        let callee = self.model.child(call, Field::Function);
        let method = self.model.called_method(call).map(|(_, name)| name);
        method.is_some_and(|m| names(Role::FutureMethod).contains(&m))
            || callee.is_some_and(|c| self.model.is_path(c, names(Role::FutureFunction)))
    }

    /// Whether a call is of an `async def` of this file.
    fn is_own_coroutine(&self, call: NodeId) -> bool {
        let Some(callee) = self.model.child(call, Field::Function) else {
            return false;
        };
        let origins = self.model.origins(callee);
        origins.iter().any(|o| matches!(o, Origin::Function(f) if self.model.is_async(*f)))
    }

    /// `if asyncio.iscoroutine(x): ensure_future(x)`.
    fn is_tested_as_coroutine(&self, argument: NodeId) -> bool {
        let model = self.model;
        let name = model.text(argument);
        model.tree.ancestors(argument).any(|n| {
            matches!(
                model.kind(n),
                Kind::IfStatement | Kind::ElifClause | Kind::ConditionalExpression
            ) && model.tree.children(n).take(2).any(|c| {
                let text = model.text(c);
                text.contains("iscoroutine(") && text.contains(name)
            })
        })
    }

    /// Whether a parameter is passed to `asyncio.run` on another path, which takes coroutines only.
    fn is_run_as_coroutine(&self, argument: NodeId) -> bool {
        let model = self.model;
        let Some((owner, symbol)) = model.variable(argument) else { return false };
        let [Binding { kind: BindingKind::Parameter { .. }, .. }] =
            model.scopes.bindings(owner, symbol)
        else {
            return false;
        };
        let runs = |node: NodeId| {
            let call = model.tree.parent(node).and_then(|list| model.tree.parent(list))?;
            let callee = model.child(call, Field::Function)?;
            let is_first = model.positional(call).first() == Some(&node);
            (is_first
                && model.text(callee).ends_with("run")
                && model.is_path(callee, &["asyncio.run"]))
            .then_some(())
        };
        model.uses(owner, symbol).iter().any(|u| runs(u.node).is_some())
    }

    /// Whether a parameter is of a function, of the module or a nested one, all of whose calls pass a coroutine for it.
    fn is_given_coroutines(&self, argument: NodeId) -> bool {
        let model = self.model;
        let [
            Binding {
                kind: BindingKind::Parameter { function, index, variadic: false, .. }, ..
            },
        ] = model.bindings_of(argument)
        else {
            return false;
        };
        if self.is_given_by_all(*function, *index) {
            return true;
        }
        let name = model.child(*function, Field::Name);
        let nested = name.filter(|_| {
            model.function_of(*function).is_some() && model.decorators(*function).is_empty()
        });
        let Some((owner, symbol)) = nested.and_then(|name| model.variable(name)) else {
            return false;
        };
        let passes = |node: NodeId| {
            let call =
                model.tree.parent(node).filter(|_| model.tree.field(node) == Field::Function)?;
            let given = model.positional(call).get(*index).copied();
            given.or_else(|| model.keyword(call, model.text(argument)))
        };
        let is_call = |n: NodeId| model.kind(model.bare(n)) == Kind::Call && self.is_coroutine(n);
        let mut loads =
            model.uses(owner, symbol).iter().filter(|u| u.kind == UseKind::Load).peekable();
        model.scopes.bindings(owner, symbol).len() == 1
            && loads.peek().is_some()
            && loads.all(|u| passes(u.node).is_some_and(is_call))
    }

    /// Whether all callers in the project give a coroutine for a parameter, or what returns one if called.
    pub(super) fn is_given_by_all(&self, function: NodeId, index: usize) -> bool {
        let path = self.model.path_of(function);
        let param = self.project.spawned_params.get(&path);
        param.is_some_and(|p| p.index == index) && self.project.given_coroutines.contains(&path)
    }

    /// Whether a call returns a coroutine; none when the callee is unknown.
    pub(super) fn call_returns_coroutine(&self, call: NodeId) -> Option<bool> {
        let callee = self.model.child(call, Field::Function)?;
        let mut is_known = true;
        for origin in self.origins(callee).iter() {
            match self.origin_returns_coroutine(origin) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => is_known = false,
            }
        }
        is_known.then_some(true)
    }

    pub(super) fn origin_returns_coroutine(&self, origin: &Origin) -> Option<bool> {
        let path = match origin {
            Origin::Function(function) => {
                return Some(self.deeper(|| self.returns_coroutine(*function)).unwrap_or(false));
            }
            Origin::Path(path) => path,
            _ => return None,
        };
        let Callees::Functions(functions) = self.callees(path, false)? else { return None };
        let mut summaries = functions.into_iter().map(|(path, on_instance)| {
            self.summary_of(path, ArgSlot::Result, on_instance, ValueKind::Task)
        });
        summaries.try_fold(true, |all, summary| match summary {
            FunctionSummary::Returns { coroutine } => Some(all && coroutine),
            _ => None,
        })
    }

    /// Summarizes what a call of a function of this file returns.
    pub(in crate::tasks) fn summarize_result(&self, function: NodeId) -> FunctionSummary {
        FunctionSummary::Returns { coroutine: self.returns_coroutine(function) }
    }

    /// Whether a call of a function returns a coroutine: its own, or one that it passes on. Stubs
    /// count as returning one.
    fn returns_coroutine(&self, function: NodeId) -> bool {
        let model = self.model;
        if model.is_async(function) || model.is_stub(function) || self.is_generator(function) {
            return true;
        }
        let annotation = model.child(function, Field::ReturnType);
        if annotation.is_some_and(|a| model.text(a).contains("Coroutine")) {
            return true;
        }
        let returns = model.returns(function);
        let is_coroutine = |value: &NodeId| {
            let value = model.bare(*value);
            model.kind(value) == Kind::Call && self.call_returns_coroutine(value) == Some(true)
        };
        has_plain_decorators(model, function)
            && !returns.is_empty()
            && returns.iter().all(is_coroutine)
    }
}

/// Whether a function has no decorator that may change what it does.
pub(in crate::tasks) fn has_plain_decorators(model: &Model, function: NodeId) -> bool {
    model.decorators(function).into_iter().all(|d| is_plain_decorator(model, d))
}

/// Whether a decorator is known not to change what a function does.
pub(in crate::tasks) fn is_plain_decorator(model: &Model, decorator: NodeId) -> bool {
    let text = model.text(decorator);
    is_last_name(Role::PlainDecorator, last_name(text.split('(').next().unwrap_or(text)))
}
