//! Functions that a framework, or the interpreter, calls when an application starts or ends. It follows no task.

use super::index::WorkspaceIndex;
use super::source_text::source_on_one_line;
use super::types::{LifecycleHook, NodeRef};
use crate::python::{Field, Kind, Model, NodeId};
use crate::tasks::last_name;
use crate::tasks::libraries::{HookPhase, Registration, hook_phase, is_registration};

impl WorkspaceIndex<'_> {
    /// The hook that a function is, by its registration or else by its decorators.
    pub fn hook(&self, function: NodeRef) -> Option<LifecycleHook> {
        self.answers.hooks.get(function, |function| {
            let registered = self.hook_from_registration(*function);
            let is_mounted = registered.as_ref().is_some_and(|h| self.is_of_mounted(h.node_ref));
            let found = registered.or_else(|| self.hook_from_decorator(*function));
            found.filter(|_| !is_mounted)
        })
    }

    fn hook_from_decorator(&self, function: NodeRef) -> Option<LifecycleHook> {
        let model = self.model(function);
        model.decorators(function.node).into_iter().find_map(|decorator| {
            let (phase, how) = decorator_phase(model, decorator)?;
            let label = format!("`@{}`", source_on_one_line(model, decorator));
            let node_ref = NodeRef { node: decorator, ..function };
            Some(hook(phase, how, node_ref, label))
        })
    }

    /// The hook that a function becomes by being registered for startup or shutdown.
    fn hook_from_registration(&self, function: NodeRef) -> Option<LifecycleHook> {
        let model = self.model(function);
        let name = model.name_of(function.node);
        let refers = |node_ref: &&NodeRef| {
            !self.is_test(**node_ref) && self.functions(**node_ref).contains(&function)
        };
        let registers = |node_ref: &NodeRef| registered_at(self.model(*node_ref), *node_ref);
        let may_register = |node_ref: &&NodeRef| registers(node_ref).is_some();
        self.occurrences(name).iter().filter(may_register).find(refers).and_then(registers)
    }

    /// Whether a hook is that of an application which is only mounted in another, so that it does not run: `app.mount("/jobs", jobs)`
    /// (Starlette runs no lifespan of a mounted application).
    fn is_of_mounted(&self, keyword: NodeRef) -> bool {
        let model = self.model(keyword);
        let assignment = model
            .parent_of_kind(keyword.node, Kind::ArgumentList)
            .and_then(|arguments| model.parent_of_kind(arguments, Kind::Call))
            .and_then(|call| model.parent_of_kind(call, Kind::Assignment));
        let location = assignment
            .and_then(|a| model.child(a, Field::Left))
            .and_then(|node| self.storage_of(NodeRef { node, ..keyword }));
        let mounts = |o: &NodeRef| {
            let there = self.model(*o);
            let given = there.parent_of_kind(o.node, Kind::KeywordArgument).unwrap_or(o.node);
            let arguments = there.parent_of_kind(given, Kind::ArgumentList);
            let call = arguments.and_then(|arguments| there.parent_of_kind(arguments, Kind::Call));
            let name = call.and_then(|call| there.callee_name(call));
            matches!(name, Some("mount" | "Mount"))
        };
        location.is_some_and(|location| self.occurrences_of(&location).iter().any(mounts))
    }

    /// The last `yield` of a function's own frame: those before it end a branch, as in `if disabled: yield; return`.
    pub fn yield_of(&self, function: NodeRef) -> Option<NodeId> {
        let model = self.model(function);
        model.own_nodes(function.node, |kind| kind == Kind::Yield).last()
    }
}

fn hook(phase: HookPhase, how: Registration, node_ref: NodeRef, label: String) -> LifecycleHook {
    LifecycleHook {
        phase,
        is_application: !matches!(
            how,
            Registration::BlockDecorator | Registration::ExitStack | Registration::Function
        ),
        is_awaited: !matches!(
            how,
            Registration::Method | Registration::ExitStack | Registration::Function
        ),
        node_ref,
        label,
    }
}

fn decorator_phase(model: &Model, decorator: NodeId) -> Option<(HookPhase, Registration)> {
    let (callee, argument) = match model.kind(decorator) {
        Kind::Call => {
            let first = model.positional(decorator).first().map(|a| unquoted(model.text(*a)));
            (model.child(decorator, Field::Function)?, first)
        }
        _ => (decorator, None),
    };
    if let Some(phase) = function_phase(model, callee) {
        return Some((phase, Registration::Function));
    }
    let name = last_name(model.text(callee));
    if let Some(event) = argument.filter(|_| is_registration(Registration::EventDecorator, name)) {
        return Some((hook_phase(Registration::Event, event)?, Registration::Event));
    }
    let ways = [Registration::BlockDecorator, Registration::Decorator, Registration::Event];
    ways.into_iter().find_map(|how| Some((hook_phase(how, name)?, how)))
}

/// The phase in which a library's function calls what it is given.
fn function_phase(model: &Model, callee: NodeId) -> Option<HookPhase> {
    let origins = model.origins(callee);
    origins.iter().find_map(|o| hook_phase(Registration::Function, o.path()?))
}

/// The hook that a function becomes by being passed on here.
fn registered_at(model: &Model, occurrence: NodeRef) -> Option<LifecycleHook> {
    let mut node = occurrence.node;
    loop {
        let parent = model.tree.parent(node)?;
        let at = NodeRef { node: parent, ..occurrence };
        match model.kind(parent) {
            Kind::List | Kind::Tuple | Kind::ParenthesizedExpression => node = parent,
            Kind::KeywordArgument => {
                let name = model.text(model.child(parent, Field::Name)?);
                let phase = hook_phase(Registration::Event, name)?;
                return Some(hook(phase, Registration::Event, at, format!("`{name}=`")));
            }
            // `app.router.lifespan_context = lifespan`
            Kind::Assignment if model.tree.field(node) == Field::Right => {
                let left = model.child(parent, Field::Left)?;
                let name = model.text(model.child(left, Field::Attribute)?);
                let phase = hook_phase(Registration::Attribute, name)?;
                let label = format!("`{}`", model.text(left));
                return Some(hook(phase, Registration::Attribute, at, label));
            }
            Kind::ArgumentList => {
                let call = model.parent_of_kind(parent, Kind::Call)?;
                let callee = model.child(call, Field::Function)?;
                let (phase, how) = call_phase(model, call, callee, node)?;
                let label = format!("`{}`", source_on_one_line(model, callee));
                return Some(hook(phase, how, NodeRef { node: call, ..occurrence }, label));
            }
            _ => return None,
        }
    }
}

fn call_phase(
    model: &Model,
    call: NodeId,
    callee: NodeId,
    argument: NodeId,
) -> Option<(HookPhase, Registration)> {
    let of_event = |name: &str| Some((hook_phase(Registration::Event, name)?, Registration::Event));
    let method = model.child(callee, Field::Attribute).map_or("", |a| model.text(a));
    let object = model.child(callee, Field::Object);
    // `app.on_cleanup.append(close)`
    if matches!(method, "append" | "extend" | "insert")
        && let Some(list) = object.and_then(|o| model.child(o, Field::Attribute))
    {
        return of_event(model.text(list));
    }
    if is_registration(Registration::EventMethod, method) {
        let arguments = model.positional(call);
        let other = arguments.iter().find(|a| **a != argument)?;
        return of_event(unquoted(model.text(*other)));
    }
    // `app.listener("before_server_stop")(close)`
    if model.kind(callee) == Kind::Call {
        return decorator_phase(model, callee);
    }
    // `app.on_shutdown(close)`
    if let Some(found) = of_event(method) {
        return Some(found);
    }
    let ways = [Registration::Method, Registration::ExitStack];
    if let Some(found) = ways.into_iter().find_map(|how| Some((hook_phase(how, method)?, how))) {
        return Some(found);
    }
    Some((function_phase(model, callee)?, Registration::Function))
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}
