//! Waits of a thread for the task of an event loop: `run_coroutine_threadsafe(work(), loop).result()`
//! (library/asyncio-task.html#asyncio.run_coroutine_threadsafe). It does not say who calls the function that waits.

use super::index::WorkspaceIndex;
use super::operands::is_known_done;
use crate::python::{Field, Kind, NodeId, Origin};
use crate::tasks::{ClassifiedSite, Spawner};

impl WorkspaceIndex<'_> {
    /// Whether a site gives the future of another thread's loop, itself or through a wrapper.
    pub(super) fn is_of_thread(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let wrapper = self.wrapper(file, classified);
        let inner = wrapper.map(|wrapper| self.sites_in(wrapper)).unwrap_or_default();
        let sites = std::iter::once(classified).chain(inner);
        sites.into_iter().any(|site| site.site.spawner == Spawner::Threadsafe)
    }

    /// What the `result()` that ends a site does, of the future of a loop in another thread.
    pub(super) fn blocking_wait(
        &self,
        file: usize,
        classified: &ClassifiedSite,
    ) -> Option<&'static str> {
        let model = self.files[file].model;
        let (_, name) = model.called_method(classified.sink)?;
        let is_wait = matches!(name, "result" | "exception") && self.is_of_thread(file, classified);
        let has_limit = || {
            let arguments = model.child(classified.sink, Field::Arguments);
            arguments.is_some_and(|list| model.tree.first_child(list).is_some())
        };
        is_wait.then(|| match has_limit() {
            true => "this blocks its thread until the task is done, or to its time limit",
            false => "this blocks its thread until the task is done",
        })
    }

    /// Whether a function gives a coroutine to the loop that runs the function, and blocks until it is done, which it cannot be:
    /// `run_coroutine_threadsafe(work(), asyncio.get_running_loop()).result()`.
    pub(super) fn blocks_own_loop(&self, file: usize, classified: &ClassifiedSite) -> bool {
        let model = self.files[file].model;
        let site = classified.site.node;
        let frame = model.frame_of(site);
        let is_here = |n: NodeId| model.frame_of(n) == frame;
        let is_own_loop = |n: NodeId| {
            let is_bound_here = || model.bindings_of(n).iter().all(|b| is_here(b.node));
            let origins = model.origins(n);
            let is_running = |o: &Origin| o.path() == Some("asyncio.get_running_loop()");
            !origins.is_empty()
                && origins.iter().all(is_running)
                && match model.kind(n) {
                    Kind::Call => true,
                    Kind::Identifier => is_bound_here(),
                    _ => false,
                }
        };
        let given = model.positional(site).get(1).copied();
        classified.site.spawner == Spawner::Threadsafe
            && self.blocking_wait(file, classified).is_some()
            && is_here(classified.sink)
            && !is_known_done(model, classified.sink)
            && model.keyword(site, "loop").or(given).is_some_and(is_own_loop)
    }
}
