//! Functions that end the tasks of module-level trackers: which trackers get one, and its lines. It
//! must not know where they are called.
//!
//! They use `asyncio.wait` with a timeout, never `wait_for(gather(...))`, which hangs when a task
//! suppresses its cancellation (library/asyncio-task.html: "the function will wait until the future
//! is actually cancelled").

use super::super::file_context::FileContext;
use super::super::imports::RequiredImports;
use super::super::layout::{call_lines, width};
use super::super::trackers::{FreeNames, FutureKind, TaskSet, module_sets};
use super::element_type::task_expression;
use super::failure_logging::logger;
use crate::decline::Decline;
use crate::python::NodeId;

/// A function that ends the tasks of one tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fix) struct Drain {
    /// The tracker's name.
    pub tracker: String,
    /// The tracker's tasks: its name, or `name.values()`.
    tasks: String,
    /// The function's name.
    pub function: String,
    /// The known sites whose tasks it ends.
    pub sites: Vec<NodeId>,
}

/// The drains of a file.
#[derive(Debug, Clone, Default)]
pub(in crate::fix) struct DrainPlan {
    /// The new functions.
    pub made: Vec<Drain>,
    /// The trackers that get none, with the reason.
    pub declined: Vec<(String, Decline)>,
}

/// One drain for each tracker whose tasks nothing ends, if drains are requested. `kept` are the
/// module-level sets that fixes add to, whether each is new, and the sites.
pub(in crate::fix) fn plan_drains(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    kept: &[(String, bool, Vec<NodeId>)],
) -> DrainPlan {
    let mut plan = DrainPlan::default();
    let Some(ends) =
        context.input.ends.filter(|_| context.input.settings.drains() && !context.input.test_code)
    else {
        return plan;
    };
    let model = context.model;
    for found in &ends.held_globals {
        if found.stopped_by.is_some() {
            continue;
        }
        let name = model.text(found.declaration).to_owned();
        let more = kept.iter().filter(|k| k.0 == name).flat_map(|k| k.2.clone());
        let sites: Vec<NodeId> = found.sites.iter().copied().chain(more).collect();
        match task_expression(context, found) {
            Ok(tasks) => plan.add(context, names, (name, tasks), sites),
            Err(reason) => plan.declined.push((name, reason)),
        }
    }
    let sets = module_sets(model);
    for (name, is_new, sites) in kept {
        let known = ends.held_globals.iter().any(|k| model.text(k.declaration) == name);
        // An existing set that nothing has added to so far is not among `ends.kept`. With
        // `--tracker reuse`, a set with a specific name is as good as any.
        let is_free = || {
            let is_plain = |s: &TaskSet| {
                s.unsuitable.is_none() || s.only_add_discard && s.holds == Some(FutureKind::Task)
            };
            sets.iter().any(|s| s.name == *name && !s.is_drained && is_plain(s))
        };
        if !known && (*is_new || is_free()) {
            plan.add(context, names, (name.clone(), name.clone()), sites.clone());
        }
    }
    plan
}

impl DrainPlan {
    fn add(
        &mut self,
        context: &FileContext<'_>,
        names: &mut FreeNames,
        (tracker, tasks): (String, String),
        sites: Vec<NodeId>,
    ) {
        let name = format!("_drain_{}", tracker.trim_matches('_').to_lowercase());
        let function = names.global(context.model, &[&name]);
        self.made.push(Drain { tracker, tasks, function, sites });
    }
}

impl Drain {
    /// The lines of the function.
    pub(in crate::fix) fn lines(
        &self,
        context: &FileContext<'_>,
        imports: &mut RequiredImports<'_>,
    ) -> Vec<String> {
        let header = format!("async def {}() -> None:", self.function);
        drain_lines(context, imports, &header, &self.tasks, "")
    }
}

/// The lines of a function with this header, indented by `outer`, that ends the tasks in an expression.
pub(super) fn drain_lines(
    context: &FileContext<'_>,
    imports: &mut RequiredImports<'_>,
    header: &str,
    tasks_expression: &str,
    outer: &str,
) -> Vec<String> {
    let step = context.layout.indent_unit(NodeId::ROOT);
    let unit = format!("{outer}{step}");
    let inner = format!("{unit}{step}");
    let get_loop = imports.asyncio("get_running_loop");
    let get_current = imports.asyncio("current_task");
    let wait = imports.asyncio("wait");
    let sleep = imports.asyncio("sleep");
    let logger = logger(context, imports);
    let read = [tasks_expression, &get_loop, &get_current, &wait, &sleep, &logger];
    let local = |base: &str| {
        let first = |text: &str| text.split(['.', '(']).next().unwrap_or_default().to_owned();
        match read.iter().any(|r| first(r) == base) {
            true => format!("own_{base}"),
            false => base.to_owned(),
        }
    };
    let (event_loop, current) = (local("loop"), local("current"));
    let (tasks, task, pending) = (local("tasks"), local("task"), local("pending"));
    let mut lines = vec![
        format!("{outer}{header}"),
        format!("{unit}\"\"\"Cancel the tasks that still run, and wait until they are done.\"\"\""),
        format!("{unit}{event_loop} = {get_loop}()"),
        format!("{unit}{current} = {get_current}()"),
    ];
    let parts = [
        task.clone(),
        format!("for {task} in {tasks_expression}"),
        format!("if {task} is not {current} and {task}.get_loop() is {event_loop}"),
    ];
    lines.extend(comprehension(context, (&unit, &step), &tasks, &parts));
    let waited = format!("_, {pending} = await {wait}");
    lines.extend([
        format!("{unit}for {task} in {tasks}:"),
        format!("{inner}{task}.cancel()"),
        format!("{unit}if {tasks}:"),
    ]);
    lines.extend(call_lines(
        &context.layout,
        (&inner, &step),
        &waited,
        &format!("{tasks}, timeout=5"),
    ));
    lines.push(format!("{inner}for {task} in {pending}:"));
    let deepest = format!("{inner}{step}");
    let message = format!("{}, {task}", context.layout.quoted("%r did not stop within 5 seconds"));
    lines.extend(call_lines(
        &context.layout,
        (&deepest, &step),
        &format!("{logger}.warning"),
        &message,
    ));
    lines.push(format!("{unit}await {sleep}(0)"));
    lines
}

/// `name = [parts]`, broken as black and `ruff format` do it.
fn comprehension(
    context: &FileContext<'_>,
    (unit, step): (&str, &str),
    name: &str,
    parts: &[String],
) -> Vec<String> {
    let room = context.layout.line_length();
    let fits = |line: &String| width(line.as_bytes()) <= room;
    let joined = parts.join(" ");
    let flat = format!("{unit}{name} = [{joined}]");
    if fits(&flat) {
        return vec![flat];
    }
    let inner = format!("{unit}{step}");
    let one = format!("{inner}{joined}");
    let body = match fits(&one) {
        true => vec![one],
        false => parts.iter().map(|p| format!("{inner}{p}")).collect(),
    };
    [vec![format!("{unit}{name} = [")], body, vec![format!("{unit}]")]].concat()
}
