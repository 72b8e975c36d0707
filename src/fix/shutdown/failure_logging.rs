//! Done-callbacks that log the failure of a task, and the logger of a file. It must not know sites.

use super::super::file_context::FileContext;
use super::super::imports::RequiredImports;
use super::super::layout::call_lines;
use super::super::trackers::{FreeNames, FutureKind, consists_of};
use crate::python::{Field, Kind, Model, NodeId, ScopeId};

/// The function that logs failures of one kind of future.
#[derive(Debug, Clone)]
pub(in crate::fix) struct FailureLogger {
    /// The kind of future.
    pub future_kind: FutureKind,
    /// Its name.
    pub name: String,
    /// Whether it is new.
    fresh: bool,
    /// Whether its argument may be a future other than a task.
    futures: bool,
}

/// One logging function for each kind of future that is kept, if requested; `kept` says whether
/// each may be a future other than a task.
pub(in crate::fix) fn failure_loggers(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    kept: &[(FutureKind, bool)],
) -> Vec<FailureLogger> {
    if !context.input.settings.logs() {
        return Vec::new();
    }
    let of = |future_kind: FutureKind| {
        let mut kept = kept.iter().filter(|k| k.0 == future_kind).peekable();
        kept.peek()?;
        let futures = kept.any(|k| k.1);
        let own = logging_callback(context.model, future_kind);
        let fresh = own.is_none();
        let base = match future_kind {
            FutureKind::Task => "_log_task_exception",
            FutureKind::Concurrent => "_log_future_exception",
        };
        let name = own.unwrap_or_else(|| names.global(context.model, &[base]));
        Some(FailureLogger { future_kind, name, fresh, futures })
    };
    [FutureKind::Task, FutureKind::Concurrent].into_iter().filter_map(of).collect()
}

impl FailureLogger {
    /// The lines of the function, if it is new.
    pub(in crate::fix) fn lines(
        &self,
        context: &FileContext<'_>,
        imports: &mut RequiredImports<'_>,
    ) -> Option<Vec<String>> {
        if !self.fresh {
            return None;
        }
        let (argument, element, what) = match self.future_kind {
            FutureKind::Concurrent => (
                "future",
                imports.concurrent_future(),
                "Log the failure of a future that nobody waits for.",
            ),
            FutureKind::Task => (
                "task",
                imports.element(self.futures),
                "Log the failure of a task that nobody awaits.",
            ),
        };
        let annotation = imports.quoted(&element);
        let logger = logger(context, imports);
        let unit = context.layout.indent_unit(NodeId::ROOT);
        let (name, inner) = (&self.name, unit.repeat(2));
        let mut lines = vec![
            format!("def {name}({argument}: {annotation}) -> None:"),
            format!("{unit}\"\"\"{what}\"\"\""),
            format!("{unit}if {argument}.cancelled():"),
            format!("{inner}return"),
            format!("{unit}exception = {argument}.exception()"),
            format!("{unit}if exception is not None:"),
        ];
        let message = context.layout.quoted("%r failed");
        let arguments = format!("{message}, {argument}, exc_info=exception");
        let callee = format!("{logger}.error");
        lines.extend(call_lines(&context.layout, (&inner, &unit), &callee, &arguments));
        Some(lines)
    }
}

/// The expression for the file's logger: its own, else one named after the module.
pub(in crate::fix) fn logger(
    context: &FileContext<'_>,
    imports: &mut RequiredImports<'_>,
) -> String {
    own_logger(context.model).unwrap_or_else(|| {
        let get = imports.member("logging", "getLogger");
        format!("{get}(__name__)")
    })
}

/// The module-level name that is bound once, to a logger of the standard library.
fn own_logger(model: &Model) -> Option<String> {
    let bindings = model.scopes.all_bindings(ScopeId::MODULE);
    let mut loggers = bindings.filter(|b| {
        let callee = b.kind.value().and_then(|value| model.child(value, Field::Function));
        model.tree.parent(model.statement_of(b.node)) == Some(NodeId::ROOT)
            && model.bindings_of(b.node).len() == 1
            && callee.is_some_and(|c| model.is_path(c, &["logging.getLogger"]))
    });
    loggers.next().map(|b| model.text(b.node).to_owned())
}

/// An existing module-level function that takes a task and logs its exception unless it was
/// cancelled.
fn logging_callback(model: &Model, future_kind: FutureKind) -> Option<String> {
    let functions =
        model.tree.children(NodeId::ROOT).filter(|n| model.kind(*n) == Kind::FunctionDefinition);
    let mut callbacks =
        functions.filter(|f| !model.is_async(*f) && logs_parameter(model, *f, future_kind));
    callbacks.find_map(|f| {
        let binding = model.child(f, Field::Name)?;
        let name = model.text(binding);
        let plain = !name.starts_with("__") && consists_of(name, GENERIC_WORDS);
        (plain && model.bindings_of(binding).len() == 1).then(|| name.to_owned())
    })
}

/// Words that describe a callback in general. A function with another word in its name may log
/// something specific to other tasks.
const GENERIC_WORDS: &str = "\
    asyncio background callback cb done error errors exception exceptions failed failure \
    failures future handle log on report result task tasks unhandled";

fn logs_parameter(model: &Model, function: NodeId, future_kind: FutureKind) -> bool {
    let Some(list) = model.child(function, Field::Parameters) else { return false };
    let parameters: Vec<NodeId> = model.tree.children(list).collect();
    let [parameter] = parameters[..] else { return false };
    let name = match model.kind(parameter) {
        Kind::TypedParameter => model.tree.first_child(parameter),
        _ => Some(parameter),
    };
    let Some(name) = name.filter(|n| model.kind(*n) == Kind::Identifier) else { return false };
    let annotation = model.child(parameter, Field::Type).map_or("", |t| model.text(t));
    let is_thread = annotation.contains("concurrent");
    let calls = |method: &str| {
        let wanted = format!("{}.{method}()", model.text(name));
        let is_it = |n: NodeId| model.kind(n) == Kind::Call && model.text(n) == wanted;
        model.tree.descendants(function).any(is_it)
    };
    is_thread == (future_kind == FutureKind::Concurrent)
        && calls("cancelled")
        && calls("exception")
        && only_logs(model, function, model.text(name))
}

/// Whether the body of a function does nothing but return, read its parameter and log.
fn only_logs(model: &Model, function: NodeId, parameter: &str) -> bool {
    const LOG_METHODS: [&str; 7] =
        ["critical", "debug", "error", "exception", "info", "log", "warning"];
    const READERS: [&str; 6] = ["cancelled", "done", "exception", "get_coro", "get_name", "result"];
    const BUILTINS: [&str; 5] = ["isinstance", "repr", "str", "type", "getattr"];
    let is_quiet_call = |call: NodeId| {
        let Some(callee) = model.child(call, Field::Function) else { return false };
        let object = model.child(callee, Field::Object).map(|o| model.text(o));
        let method = model.child(callee, Field::Attribute).map(|a| model.text(a));
        match (object, method) {
            (Some(object), Some(method)) if object == parameter => READERS.contains(&method),
            (Some(object), Some(method)) => {
                LOG_METHODS.contains(&method) && is_logger(model, object)
            }
            _ => BUILTINS.contains(&model.text(callee)),
        }
    };
    let logs = |n: NodeId| {
        model.kind(n) == Kind::Call
            && model
                .called_method(n)
                .is_some_and(|(o, m)| LOG_METHODS.contains(&m) && is_logger(model, model.text(o)))
    };
    let Some(body) = model.child(function, Field::Body) else { return false };
    let is_quiet = |n: NodeId| match model.kind(n) {
        Kind::Call => is_quiet_call(n) || logs(n) || is_get_logger(model, n),
        Kind::Assignment => {
            model.child(n, Field::Left).is_some_and(|l| model.kind(l) == Kind::Identifier)
        }
        Kind::Await | Kind::Yield | Kind::AugmentedAssignment | Kind::Lambda => false,
        kind if kind.is_statement() => matches!(
            kind,
            Kind::ExpressionStatement
                | Kind::ReturnStatement
                | Kind::IfStatement
                | Kind::TryStatement
                | Kind::PassStatement
        ),
        _ => true,
    };
    model.tree.descendants(body).all(is_quiet) && model.tree.descendants(body).any(logs)
}

/// Whether an object is a logger, by its name: `logger`, `self.log`, `logging`, `logging.getLogger("x")`.
fn is_logger(model: &Model, object: &str) -> bool {
    let callee = object.split('(').next().unwrap_or(object);
    let last = callee.rsplit('.').next().unwrap_or(callee).to_lowercase();
    own_logger(model).as_deref() == Some(object)
        || last.trim_start_matches('_').starts_with("log")
        || last == "getlogger"
}

fn is_get_logger(model: &Model, call: NodeId) -> bool {
    model.child(call, Field::Function).is_some_and(|c| model.is_path(c, &["logging.getLogger"]))
}
