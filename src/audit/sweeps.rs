//! Where code cancels all tasks of an event loop, whoever has them. It follows no task.

use std::sync::Arc;

use super::callers::CallerRef;
use super::cancellation::is_parameter_call;
use super::index::WorkspaceIndex;
use super::types::{ChainRoot, NodeRef, TaskOrigin};
use crate::python::{Field, Kind, Model, NodeId, Origin};
use crate::tasks::libraries::{Role, names};
use crate::tasks::{SpawnSite, Spawner, last_name};

/// Maximum number of calls between the code that runs a loop and that which cancels its tasks.
const MAX_CALLS: u32 = 2;

impl WorkspaceIndex<'_> {
    /// Where a file cancels all tasks of a loop, whoever has them: `for task in asyncio.all_tasks(): task.cancel()`.
    pub(super) fn sweep(&self, file: usize) -> Option<NodeRef> {
        self.sweeps().iter().find(|at| at.file == file).copied()
    }

    /// Whether production code cancels all tasks of a loop as the application ends, or behind the call that has run the loop, or as
    /// an object ends that may run it. Of
    /// a task that is made in a loop by its name, whoever has the loop may run that code at any time.
    pub(super) fn is_swept_at_end(&self, file: usize, site: &SpawnSite) -> bool {
        let is_of_named_loop = self.is_in_named_loop(file, site);
        let root = match is_of_named_loop {
            true => ChainRoot::Caller,
            false => ChainRoot::CloseMethod,
        };
        let is_any = |_: &bool| {
            let sweeps = self.sweeps();
            sweeps.iter().any(|at| self.runs_up_to(*at, root) || self.runs_behind_loop(*at))
        };
        self.answers.swept.get(is_of_named_loop, is_any)
            || self.is_in_swept_loop(file, site)
            || self.is_made_by_runner(NodeRef { file, node: site.node })
    }

    /// Whether a site names the loop of its task, and what runs that loop cancels all tasks in the end: `aiohttp.web.run_app(app,
    /// loop=self.loop)`, a loop of an `asyncio.Runner`. Of loops in one file it is not asked whether they are one.
    pub(super) fn is_in_swept_loop(&self, file: usize, site: &SpawnSite) -> bool {
        if !self.is_in_named_loop(file, site) {
            return false;
        }
        let model = self.files[file].model;
        let object = model.child(site.callee, Field::Object);
        let of_runner = |n: NodeId| {
            model.origins(n).iter().any(|o| o.path() == Some("asyncio.Runner().get_loop()"))
        };
        let place = object.and_then(|node| self.storage_of(NodeRef { file, node }));
        let is_it = |given: &NodeRef| {
            given.file == file || place.is_some() && self.storage_of(*given) == place
        };
        object.is_some_and(of_runner) || self.given_loops().iter().any(is_it)
    }

    /// The loops that production code gives to what cancels all of their tasks in the end.
    fn given_loops(&self) -> Arc<[NodeRef]> {
        let given = |at: &NodeRef| {
            let model = self.model(*at);
            let node = model.tree.parent(at.node).filter(|n| model.kind(*n) == Kind::Call)?;
            let call = NodeRef { node, ..*at };
            let is_production = !self.is_test(call) && !self.is_example(call);
            let value = model.keyword(node, "loop").filter(|_| is_production)?;
            let is_runner = self.is_sweeping_runner(call);
            Some(NodeRef { node: value, ..call }).filter(|_| is_runner)
        };
        self.answers.given_loops.get((), |()| {
            let runners = names(Role::SweepingRunner).iter().map(|path| last_name(path));
            runners.flat_map(|name| self.occurrences(name)).filter_map(given).collect()
        })
    }

    /// Whether the function around a node is a coroutine that is given to what cancels all tasks of its loop in the end:
    /// `asyncio.run(main())`, or a function of the project that runs it and cancels them.
    fn is_made_by_runner(&self, node_ref: NodeRef) -> bool {
        let Some(function) = self.function_of(node_ref) else { return false };
        let model = self.model(function);
        let is_given = |caller: &CallerRef| {
            let model = self.model(caller.node_ref);
            let arguments = model.parent_of_kind(caller.node_ref.node, Kind::ArgumentList);
            let call = arguments.and_then(|arguments| model.parent_of_kind(arguments, Kind::Call));
            call.is_some_and(|node| {
                let call = NodeRef { node, ..caller.node_ref };
                !self.is_example(call)
                    && (self.is_sweeping_runner(call) || self.sweeps_after_run(call))
            })
        };
        model.is_async(function.node)
            && self.callers(function).0.iter().filter(|c| !c.by_name_only).any(is_given)
    }

    /// `asyncio.run(main())`
    fn is_sweeping_runner(&self, call: NodeRef) -> bool {
        let model = self.model(call);
        let callee = model.child(call.node, Field::Function);
        callee.is_some_and(|callee| model.is_path(callee, names(Role::SweepingRunner)))
    }

    /// Whether a call is of a function of the project that cancels all tasks of a loop, after it has run what it is given.
    fn sweeps_after_run(&self, call: NodeRef) -> bool {
        let sweeps = self.sweeps();
        let is_runner = |f: &NodeRef| {
            let model = self.model(*f);
            let runs = |n: NodeId| {
                let is_run = matches!(model.called_method(n), Some((_, "run_until_complete")));
                let first = model.positional(n).first().copied();
                is_run && first.is_some_and(|first| is_parameter_call(model, model.bare(first)))
            };
            let run = model.own_nodes(f.node, |kind| kind == Kind::Call).find(|n| runs(*n));
            run.is_some_and(|run| {
                let behind = |n: NodeId| {
                    let callee = model.child(n, Field::Function).filter(|_| n > run);
                    let called = callee.map(|node| self.functions(NodeRef { node, ..*f }));
                    called.is_some_and(|called| {
                        sweeps
                            .iter()
                            .any(|s| self.function_of(*s).is_some_and(|g| called.contains(&g)))
                    })
                };
                sweeps.iter().any(|s| self.function_of(*s) == Some(*f) && s.node > run)
                    || model.own_nodes(f.node, |kind| kind == Kind::Call).any(behind)
            })
        };
        self.called_functions(call).iter().any(is_runner)
    }

    /// Whether a site names the loop of its task, which is not the running one: `self.loop.create_task(work())`.
    fn is_in_named_loop(&self, file: usize, site: &SpawnSite) -> bool {
        let model = self.files[file].model;
        let of_loop = match site.spawner {
            Spawner::LoopCreateTask => model.child(site.callee, Field::Object),
            Spawner::Threadsafe => {
                let given = model.positional(site.node).get(1).copied();
                model.keyword(site.node, "loop").or(given)
            }
            _ => None,
        };
        let is_running = |o: &Origin| {
            matches!(o.path(), Some("asyncio.get_running_loop()" | "asyncio.get_event_loop()"))
        };
        of_loop.is_some_and(|n| !model.origins(n).iter().any(is_running))
    }

    fn sweeps(&self) -> Arc<[NodeRef]> {
        self.answers.sweeps.get((), |()| self.find_sweeps())
    }

    fn find_sweeps(&self) -> Arc<[NodeRef]> {
        let sweeps = |at: &&NodeRef| {
            let model = self.model(**at);
            let function = || model.function_of(at.node).unwrap_or(NodeId::ROOT);
            let cancels =
                |n| matches!(model.called_method(n), Some((_, "cancel"))) && !is_by_name(model, n);
            model.is_path(at.node, &["asyncio.all_tasks"])
                && model.tree.descendants(function()).any(cancels)
        };
        self.occurrences("all_tasks").iter().filter(sweeps).copied().collect()
    }

    /// Whether production code runs a sweep, at an end that is at least as certain as this one.
    fn runs_up_to(&self, sweep: NodeRef, root: ChainRoot) -> bool {
        let is_production = !self.is_test(sweep) && !self.is_example(sweep);
        is_production
            && self
                .function_of(sweep)
                .is_none_or(|function| self.chain(function, &TaskOrigin::default()).root >= root)
    }

    /// Whether production code runs a sweep behind `loop.run_forever()`, in the same function or in one that calls it: where the
    /// loop ends that it has run. A function that a thread runs has a loop of its own.
    fn runs_behind_loop(&self, sweep: NodeRef) -> bool {
        let mut places = vec![sweep];
        for _ in 0..=MAX_CALLS {
            places.retain(|at| !self.is_test(*at) && !self.is_example(*at));
            if places.iter().any(|at| self.is_behind_loop(*at)) {
                return true;
            }
            let around = places.iter().filter_map(|at| self.function_of(*at));
            let callers = around.flat_map(|f| self.callers(f).0).filter(|c| !c.by_name_only);
            places = callers.map(|c| c.node_ref).collect();
        }
        false
    }

    fn is_behind_loop(&self, at: NodeRef) -> bool {
        let model = self.model(at);
        let Some(function) = self.function_of(at) else { return false };
        // `loop.run_until_complete(main)`, of what is given, is another `asyncio.run`, which cancels what is left in any program.
        let is_given = |call: NodeId| {
            let first = model.positional(call).first().copied();
            first.is_some_and(|first| is_parameter_call(model, model.bare(first)))
        };
        let runs = |n: NodeId| match model.called_method(n) {
            Some((_, "run_forever")) => true,
            Some((_, "run_until_complete")) => !is_given(n),
            _ => false,
        };
        let mut calls = model.own_nodes(function.node, |kind| kind == Kind::Call);
        calls.any(|n| n < at.node && runs(n)) && !self.is_run_by_thread(function)
    }

    /// `threading.Thread(target=self._serve)`, `executor.submit(self._serve)`
    fn is_run_by_thread(&self, function: NodeRef) -> bool {
        let name = self.model(function).name_of(function.node);
        self.occurrences(name).iter().any(|o| {
            let model = self.model(*o);
            let parent = model.tree.parent(o.node).map(|n| model.kind(n));
            let is_given = matches!(parent, Some(Kind::ArgumentList | Kind::KeywordArgument));
            let found = || self.functions(*o);
            is_given && (found().is_empty() || found().contains(&function))
        })
    }
}

/// Whether a cancellation is only of tasks with a name: `if task.get_name() == "server": task.cancel()`.
fn is_by_name(model: &Model, cancel: NodeId) -> bool {
    let around = model.tree.ancestors(cancel);
    let mut around = around.take_while(|n| model.kind(*n) != Kind::FunctionDefinition);
    around.any(|n| {
        let condition = model.child(n, Field::Condition);
        let mut inside = condition.into_iter().flat_map(|c| model.tree.subtree(c));
        inside.any(|n| model.callee_name(n) == Some("get_name"))
    })
}
