//! One decision for each finding: a fix, or the reason why there is none. It must not write text.

use std::collections::{BTreeMap, BTreeSet};

use super::super::file_context::FileContext;
use super::super::instance::{AttributeInits, TrackerOwner, method_receiver};
use super::super::note::{FixNote, NoteKind};
use super::super::trackers::{
    DrainCallers, FutureKind, Helper, KeepingSpawner, TaskSet, instance_sets, keeping_spawners,
    module_sets,
};
use super::super::wrapper_fixes::WrapperFix;
use super::decline::{at_module_level, decline_reason, shared_function_decline, thread_functions};
use super::fix_target::{
    FixTarget, LOST, TargetLocation, fix_target, is_annotated_as_future, kept_by_caller,
    makes_future,
};
use super::left_running::cancelling_wait;
use super::requested_form::requested_form;
use super::rewrite_form::{RewriteForm, rewrite_form};
use super::site_notes::{object_lives_longer, unmatched_discard};
use crate::decline::{Decline, DeclineKind};
use crate::python::{Field, Model, NodeId};
use crate::rules::{Finding, Status};
use crate::settings::{Applicability, TrackerChoice};
use crate::tasks::{Spawner, SpawnerEvidence};

/// How one site is fixed.
#[derive(Debug, Clone)]
pub(in crate::fix) struct SiteFix {
    /// The index of the site.
    pub site: usize,
    /// The spawning call (or the reference to a spawner that is passed uncalled).
    pub call: NodeId,
    /// The statement that contains it.
    pub statement: NodeId,
    /// How the statement is rewritten.
    pub form: RewriteForm,
    /// The kind of future that is kept.
    pub future_kind: FutureKind,
    /// Whether the call makes a future other than a task (`gather`, `shield`).
    pub is_future: bool,
    /// Whether the call is in a wrapper, so that the fix serves the wrapper's callers.
    pub in_wrapper: bool,
    /// Whether a module-level variable is enough to keep the task.
    pub is_global: bool,
    /// The function that is called in place of the spawner.
    pub replacement: Option<String>,
    /// Whether the project's shared function keeps it.
    pub shared: bool,
    /// The instance whose set keeps it; none where the module's does.
    pub owner: Option<TrackerOwner>,
    /// What the user should know about it, such as why no instance keeps it.
    pub notes: Vec<FixNote>,
    /// Whether the fix is safe.
    pub applicability: Applicability,
}

impl SiteFix {
    /// Whether it needs a set or a helper function.
    pub(in crate::fix) fn needs_tracker(&self) -> bool {
        !self.is_global && self.replacement.is_none() && !self.form.cancels()
    }

    /// The expression for a set of this name in the code around the call.
    pub(in crate::fix) fn tracker_expression(&self, set: &str) -> String {
        match &self.owner {
            Some(owner) => format!("{}.{set}", owner.receiver),
            None => set.to_owned(),
        }
    }

    /// Whether the call is wrapped in place.
    pub(in crate::fix) fn wraps(&self) -> bool {
        self.form.wraps()
    }
}

/// The decision about one finding.
#[derive(Debug, Clone)]
pub(in crate::fix) enum Decision {
    /// A fix, and whether the settings have it applied.
    Fix {
        /// The fix.
        fix: SiteFix,
        /// Whether it is applied.
        is_applied: bool,
    },
    /// The fix is in another file.
    Elsewhere(WrapperFix),
    /// No fix, for this reason.
    Decline(Decline),
}

impl Decision {
    /// The fix, applied or not.
    pub(in crate::fix) fn fix(&self) -> Option<&SiteFix> {
        match self {
            Self::Fix { fix, .. } => Some(fix),
            Self::Elsewhere(_) | Self::Decline(_) => None,
        }
    }

    /// The fix, if it is applied.
    pub(in crate::fix) fn applied_fix(&self) -> Option<&SiteFix> {
        match self {
            Self::Fix { fix, is_applied: true } => Some(fix),
            _ => None,
        }
    }
}

/// One decision for each finding, then one for each call in
/// [`super::super::wrapper_fixes::WrapperFixes::calls_in`], in their orders.
pub(in crate::fix) fn decide(context: &FileContext<'_>) -> Vec<Decision> {
    let threads = thread_functions(context.model);
    let own = spawners(context);
    let sets = match context.input.settings.tracker {
        TrackerChoice::Reuse => [module_sets(context.model), instance_sets(context.model)].concat(),
        _ => Vec::new(),
    };
    let is_auto = context.input.settings.tracker == TrackerChoice::Auto;
    let unused = if is_auto { instance_sets(context.model) } else { Vec::new() };
    let owners = TrackerOwners {
        inits: AttributeInits::new(context.model, context.input.project),
        sets: &sets,
        unused: &unused,
    };
    let drains = DrainCallers::of(context.model, &sets);
    let reuses = context.input.settings.tracker == TrackerChoice::Reuse;
    let asked = reuses || !own.is_empty();
    let everywhere = asked.then(|| context.input.helpers.drains(context.model));
    let decide_one = |site: usize, target: FixTarget, open: bool| {
        if let Some(reason) = decline_reason(context, target.site, &threads) {
            return Decision::Decline(reason);
        }
        // A task that waits for all tasks of a set must not be in that set.
        let elsewhere =
            everywhere.as_ref().and_then(|d| d.awaited_drain(context.model, target.call));
        let here = drains.awaited_drain(context.model, target.call);
        if let Some(drain) = here.or(elsewhere.filter(|_| reuses)) {
            return Decision::Decline(Decline::new(
                DeclineKind::AwaitsTracker,
                format!(
                    "the task calls `{drain}`, which waits for all tasks of the set, so it would wait for itself"
                ),
            ));
        }
        // A reused set may be drained by a coroutine of another file.
        let external_coroutine = || drains.external_coroutine(context.model, target.call);
        if let Some(name) = reuses.then(external_coroutine).flatten() {
            return Decision::Decline(Decline::new(
                DeclineKind::MayAwaitTracker,
                format!(
                    "`{name}` is defined in another file and may wait for all tasks of the set"
                ),
            ));
        }
        if let Some(reason) = shared_function_decline(context, target.site) {
            return Decision::Decline(reason);
        }
        let own = if elsewhere.is_some() { &[][..] } else { &own };
        let fix = fix(context, site, target, own, &owners);
        let allowed =
            fix.applicability == Applicability::Safe || context.input.settings.unsafe_fixes;
        Decision::Fix { fix, is_applied: allowed && open }
    };
    let each = context.input.findings.iter().map(|finding| {
        let suppressed = context.input.settings.suppressed;
        let open = finding.is_to_be_fixed(suppressed);
        if let Some(wait) = context.input.classified[finding.site].left_by {
            // One edit cancels all tasks that a wait leaves behind, whichever of them is selected.
            let is_left = |f: &&Finding| context.input.classified[f.site].left_by == Some(wait);
            let mut together = context.input.findings.iter().filter(is_left);
            let is_selected = together.any(|f| f.is_selected);
            let open = is_selected && (suppressed || finding.status == Status::Open);
            return decide_left_running(context, finding.site, wait, &threads, open);
        }
        match fix_target(context, finding.site) {
            Ok(TargetLocation::Here(target)) => {
                let decision = decide_one(finding.site, target, open);
                let caller = matches!(decision, Decision::Decline(_)) && target.in_wrapper;
                match kept_by_caller(context, finding.site).filter(|_| caller) {
                    Some(target) => decide_one(finding.site, target, open),
                    None => decision,
                }
            }
            Ok(TargetLocation::Elsewhere(wrapper_fix)) => Decision::Elsewhere(wrapper_fix),
            Err(reason) => Decision::Decline(reason),
        }
    });
    let wrappers = context.input.wrapper_fixes.calls_in(context.model.source.path());
    let wrappers = wrappers.map(|(call, _)| match context.site_of(&call) {
        Some(site) => decide_one(site, FixTarget::of_wrapper(context, site), true),
        None => Decision::Decline(Decline::new(DeclineKind::WrapperUnknown, LOST)),
    });
    let each = each.chain(wrappers);
    let mut decisions: Vec<Decision> = each.collect();
    resolve_nested(context.model, &mut decisions);
    decisions
}

/// The decision about a task that a wait leaves running.
fn decide_left_running(
    context: &FileContext<'_>,
    site: usize,
    wait: NodeId,
    threads: &BTreeSet<NodeId>,
    open: bool,
) -> Decision {
    if let Some(reason) = decline_reason(context, site, threads) {
        return Decision::Decline(reason);
    }
    match cancelling_wait(context, wait) {
        Err(reason) => Decision::Decline(reason),
        Ok(statement) => Decision::Fix {
            fix: SiteFix {
                site,
                call: context.input.classified[site].site.node,
                statement,
                form: RewriteForm::CancelPending { wait },
                future_kind: FutureKind::Task,
                is_future: false,
                in_wrapper: false,
                is_global: false,
                replacement: None,
                shared: false,
                owner: None,
                notes: vec![FixNote::new(
                    NoteKind::CancelsPending,
                    "it cancels the tasks that are still pending after the wait",
                )],
                applicability: Applicability::Unsafe,
            },
            is_applied: open && context.input.settings.unsafe_fixes,
        },
    }
}

/// Declines all tasks of a wrapper with several `return` statements when one of them cannot be
/// kept: a caller could not know whether the one it gets is.
pub(in crate::fix) fn decline_partial_wrappers(
    context: &FileContext<'_>,
    decisions: &mut [Decision],
) {
    let behind = context.input.findings.len();
    let wanted = context.input.wrapper_fixes.calls_in(context.model.source.path());
    let mut groups: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (i, (call, wrapper)) in wanted.enumerate() {
        groups.entry(wrapper).or_default().push((behind + i, call.start));
    }
    let mut faults: BTreeMap<&str, Decline> = BTreeMap::new();
    for (wrapper, group) in groups.iter().filter(|(_, group)| group.len() > 1) {
        let fault = group.iter().find_map(|(i, start)| match &decisions[*i] {
            Decision::Decline(reason) => {
                let line = context.model.source.line(*start).in_words();
                let message = format!("the function also returns the task of {line}, and {reason}");
                Some(Decline::new(DeclineKind::WrapperPartial, message))
            }
            _ => None,
        });
        if let Some(reason) = fault {
            for (i, _) in group {
                decisions[*i] = Decision::Decline(reason.clone());
            }
            faults.insert(wrapper, reason);
        }
    }
    for (i, finding) in context.input.findings.iter().enumerate() {
        let path = context.input.classified[finding.site].wrapper.as_deref();
        let wrapper_fix = path
            .and_then(|path| context.input.wrapper_fixes.of(path))
            .and_then(|h| h.as_ref().ok());
        let Some(wrapper_fix) = wrapper_fix.filter(|h| h.calls.len() > 1) else { continue };
        let lost = (!groups.contains_key(&*wrapper_fix.wrapper)).then(|| {
            let name = &wrapper_fix.name;
            let message = format!("`{name}` returns one of several tasks. Keep each of them there");
            Decline::new(DeclineKind::WrapperPartial, message)
        });
        if wrapper_fix.file == context.model.source.path()
            && let Some(reason) = faults.get(&*wrapper_fix.wrapper).cloned().or(lost)
        {
            decisions[i] = Decision::Decline(reason);
        }
    }
}

/// The functions that can replace a spawner: the file's own, and those that it imports.
fn spawners(context: &FileContext<'_>) -> Vec<KeepingSpawner> {
    if context.input.settings.tracker != TrackerChoice::Auto {
        return Vec::new();
    }
    let mut found = keeping_spawners(context.model, context.input.classified);
    for (local, helper) in context.input.helpers.imported(context.model) {
        if let Helper::Spawns(spawner) = helper {
            found.push(spawner.imported_as(local));
        }
    }
    found
}

/// Wraps calls in place when other rewrites of nested calls would conflict.
fn resolve_nested(model: &Model, decisions: &mut [Decision]) {
    let mut conflicting: BTreeSet<NodeId> = BTreeSet::new();
    let mut statements: BTreeMap<NodeId, Vec<&SiteFix>> = BTreeMap::new();
    let mut outer: BTreeMap<NodeId, &SiteFix> = BTreeMap::new();
    for fix in decisions.iter().filter_map(Decision::fix) {
        statements.entry(fix.statement).or_default().push(fix);
        outer.insert(fix.call, fix);
    }
    // A branch rewrites its whole statement, so only another branch can share it.
    let branch = |f: &SiteFix| matches!(f.form, RewriteForm::Branch(_));
    for fixes in
        statements.values().filter(|fixes| fixes.iter().any(|f| branch(f) != branch(fixes[0])))
    {
        conflicting.extend(fixes.iter().map(|f| f.call));
    }
    let keeps_call =
        |f: &SiteFix| matches!(f.form, RewriteForm::Statement | RewriteForm::Bound { .. });
    for fix in decisions.iter().filter_map(Decision::fix) {
        for around in model.tree.ancestors(fix.call).filter_map(|n| outer.get(&n)) {
            if !keeps_call(around) {
                conflicting.extend([fix.call, around.call]);
            }
        }
    }
    for decision in decisions {
        if let Decision::Fix { fix, .. } = decision
            && conflicting.contains(&fix.call)
            && fix.form != RewriteForm::Uncalled
            && !fix.form.cancels()
        {
            fix.form = RewriteForm::InPlace;
            fix.is_global = false;
        }
    }
}

/// The instances that can keep tasks.
struct TrackerOwners<'a> {
    inits: AttributeInits<'a>,
    sets: &'a [TaskSet],
    /// The instance sets that fixes use only when they are told to.
    unused: &'a [TaskSet],
}

impl TrackerOwners<'_> {
    /// The instance that keeps the task of a call, as requested; or none, and why the module has
    /// to.
    fn of(
        &self,
        context: &FileContext<'_>,
        (call, kind): (NodeId, FutureKind),
        form: &RewriteForm,
    ) -> (Option<TrackerOwner>, Option<FixNote>) {
        let wraps = form.wraps();
        let note = |why: &str| {
            let text = format!("{why}, so a module-level set keeps the task");
            Some(FixNote::new(NoteKind::ModuleTracker, text))
        };
        match context.input.settings.tracker {
            TrackerChoice::Instance if wraps => (None, note("the call is wrapped in place")),
            TrackerChoice::Instance => match self.inits.owner_of(call) {
                Ok(owner) => (Some(owner), None),
                Err(why) => (None, note(&why)),
            },
            TrackerChoice::Reuse if !wraps => {
                let has_set = |h: &TrackerOwner| {
                    let forgotten = || self.inits.may_lack_set(h.class);
                    let fits = |s: &TaskSet| {
                        s.class == Some(h.class)
                            && s.keeps(kind)
                            && s.is_bound_before(context.model, call)
                    };
                    self.sets.iter().any(fits) && !forgotten()
                };
                (method_receiver(context.model, call).map(|(_, owner)| owner).filter(has_set), None)
            }
            _ => (None, self.unused_set(context.model, call)),
        }
    }

    /// A set of the object that makes the task whose members a method ends, for a note.
    fn unused_set(&self, model: &Model, call: NodeId) -> Option<FixNote> {
        if self.unused.is_empty() {
            return None;
        }
        let (_, owner) = method_receiver(model, call)?;
        let mut own = self.unused.iter().filter(|s| s.class == Some(owner.class));
        own.find_map(|set| {
            let reader = set.readers.iter().find_map(|f| model.child(*f, Field::Name))?;
            let text = format!(
                "`{}` deals with the tasks in `{}.{}`, which is not used for the fix; `--tracker reuse` would use it",
                model.text(reader),
                owner.receiver,
                set.name
            );
            Some(FixNote::new(NoteKind::TrackerNotUsed, text))
        })
    }
}

fn fix(
    context: &FileContext<'_>,
    site: usize,
    target: FixTarget,
    own: &[KeepingSpawner],
    owners: &TrackerOwners<'_>,
) -> SiteFix {
    let model = context.model;
    let classified = &context.input.classified[target.site];
    let FixTarget { call, in_wrapper, .. } = target;
    let statement = model.statement_of(call);
    let form = match classified.site.uncalled {
        true => RewriteForm::Uncalled,
        false => rewrite_form(context, call, statement),
    };
    let value = form != RewriteForm::Statement;
    let own = own.iter().find(|o| !in_wrapper && o.serves(model, classified, value));
    let own = own.map(|o| o.name.clone());
    let future_kind = match classified.site.spawner {
        Spawner::Threadsafe => FutureKind::Concurrent,
        _ => FutureKind::Task,
    };
    let shared = context
        .input
        .shared
        .filter(|_| future_kind == FutureKind::Task && !at_module_level(model, call));
    let in_place = (own.is_some() || shared.is_some()) && form != RewriteForm::Uncalled;
    let form = if in_place { RewriteForm::InPlace } else { requested_form(context, call, form) };
    let own = match shared.map(|s| (s, s.definition(model))) {
        Some((shared, Ok(Some(Helper::Spawns(_))))) => {
            Some(shared.import_into(&context.layout).local)
        }
        _ => own,
    };
    let (owner, note) = match own {
        Some(_) => (None, None),
        None => owners.of(context, (call, future_kind), &form),
    };
    let note = match &context.input.settings.tracker {
        TrackerChoice::Shared { name, .. } if future_kind == FutureKind::Concurrent => {
            let text = format!(
                "`{name}` keeps asyncio tasks only, and this is a `concurrent.futures.Future`"
            );
            Some(FixNote::new(NoteKind::ConcurrentFuture, text))
        }
        _ if owner.is_some() => note,
        TrackerChoice::Auto => unmatched_discard(model, statement, &form).or(note),
        _ => note.or_else(|| unmatched_discard(model, statement, &form)),
    };
    let lives = owner.is_none().then(|| object_lives_longer(context, call)).flatten();
    let is_unsafe = context.input.test_code
        || context.input.settings.tracker == TrackerChoice::Reuse
        || context.input.classified[site].site.evidence == SpawnerEvidence::Name
        || classified.site.evidence == SpawnerEvidence::Name
        || classified.site.uncalled
        || in_wrapper
        || owner.is_some()
        || shared.is_some()
        || own.is_some();
    SiteFix {
        site,
        call,
        statement,
        in_wrapper,
        // A cell of a notebook is run again and again, as the body of a loop.
        is_global: !form.wraps()
            && at_module_level(model, call)
            && model.source.notebook().is_none(),
        is_future: makes_future(classified) || is_annotated_as_future(model, &form),
        form,
        future_kind,
        shared: shared.is_some(),
        replacement: own,
        owner,
        notes: note.into_iter().chain(lives).collect(),
        applicability: if is_unsafe { Applicability::Unsafe } else { Applicability::Safe },
    }
}
