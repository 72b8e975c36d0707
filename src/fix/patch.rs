//! Patches one file: decide, edit, validate, and retry without the fixes that failed validation. It
//! knows the order of the steps and must leave each step to its own module.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::{
    DiagnosticFixes, ModuleAdditions, declaration_edits, needless_comments, site_edits,
};
use super::file_context::FileContext;
use super::input::FixInput;
use super::layout::{Edit, EditSet, edited, within_cells};
use super::note::{FixNote, NoteKind};
use super::outcome::{Outcome, Patched, Shutdown};
use super::plan::{
    ChosenTracker, Decision, SiteFix, choose_trackers, decide, decline_partial_wrappers,
    runs_before_declaration, use_one_helper,
};
use super::shutdown::{
    Drain, DrainPosition, InstanceDrain, concurrent_futures, failure_loggers, plan_drains,
    plan_instance_drain, shutdown_hook,
};
use super::trackers::{FreeNames, FutureKind};
use super::validate::{InvalidPatch, validate};
use crate::decline::{Decline, DeclineKind};
use crate::python::{NodeId, check_layout};
use crate::settings::{Applicability, Style};

/// Applies the wanted fixes to a file, if the new text passes every check.
pub fn patch(input: &FixInput<'_>) -> Patched {
    let context = &FileContext::new(*input);
    if let Some(at) = context.model.tree.error() {
        let line = context.model.source.line(at).in_words();
        let message = format!("the file has a syntax error on {line}");
        return declined(context, &Decline::new(DeclineKind::SyntaxError, message));
    }
    if context.model.is_fully_parsed()
        && let Err(error) = check_layout(&context.model.source, &context.model.tree)
    {
        // The grammar accepts more than CPython; new lines could change the meaning of such code.
        let line = context.model.source.line_at(error.line - 1).in_words();
        let message = format!("Python rejects {line} of the file: {}", error.message);
        return declined(context, &Decline::new(DeclineKind::LayoutError, message));
    }
    let mut decisions = decide(context);
    decline_late(context, &mut decisions);
    decline_in_notebook(context, &mut decisions);
    decline_partial_wrappers(context, &mut decisions);
    use_one_helper(context, &mut decisions);
    let mut others = OtherFixes::decide(context);
    while !others.is_empty() {
        let (attempt, result) = try_patch(context, &decisions, &others);
        match result {
            Ok(bytes) => return patched(context, &decisions, &others, &attempt, bytes),
            Err(rejection) => others.withdraw(&attempt, &rejection.reason),
        }
    }
    // The second attempt leaves out the sites that failed the first; the last resort is no fix at
    // all.
    for _ in 0..2 {
        let (attempt, result) = try_patch(context, &decisions, &others);
        match result {
            Ok(bytes) => return patched(context, &decisions, &others, &attempt, bytes),
            Err(rejection) => {
                decline_rejected(&mut decisions, &rejection);
                decline_partial_wrappers(context, &mut decisions);
            }
        }
    }
    let (attempt, result) = try_patch(context, &decisions, &others);
    match result {
        Ok(bytes) => patched(context, &decisions, &others, &attempt, bytes),
        Err(rejection) => {
            decline_rejected(&mut decisions, &InvalidPatch { sites: Vec::new(), ..rejection });
            patched(context, &decisions, &others, &Attempt::default(), None)
        }
    }
}

/// Fixes beside those of single sites. They are attempted first, and dropped first when validation
/// fails.
struct OtherFixes<'a> {
    diagnostics: DiagnosticFixes<'a>,
    /// Whether drain functions are written.
    drains: bool,
    /// The drains that were attempted and withdrawn, with the reason.
    refused: Vec<Shutdown>,
}

impl<'a> OtherFixes<'a> {
    fn decide(context: &FileContext<'a>) -> Self {
        let drains = context.input.settings.drains() && context.input.ends.is_some();
        Self { diagnostics: DiagnosticFixes::decide(context), drains, refused: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.diagnostics.is_empty() && !self.drains
    }

    /// Withdraws the drains if they are still in, else the fixes of diagnostics.
    fn withdraw(&mut self, attempt: &Attempt, reason: &str) {
        if !std::mem::take(&mut self.drains) {
            return self.diagnostics.withdraw(reason);
        }
        let reason = Decline::failed_validation(reason);
        let refused = |s: &Shutdown| Shutdown { function: Err(reason.clone()), ..s.clone() };
        self.refused = attempt.shutdowns.iter().map(refused).collect();
    }
}

/// What one attempt writes beside the lines at each site.
#[derive(Default)]
struct Attempt {
    trackers: Vec<ChosenTracker>,
    drains: Vec<Drain>,
    instance_drains: Vec<InstanceDrain>,
    hook: Option<DrainPosition>,
    shutdowns: Vec<Shutdown>,
}

fn patched(
    context: &FileContext<'_>,
    decisions: &[Decision],
    others: &OtherFixes<'_>,
    attempt: &Attempt,
    bytes: Option<Vec<u8>>,
) -> Patched {
    let wanted = context.input.wrapper_fixes.calls_in(context.model.source.path());
    let behind = wanted.zip(decisions.iter().skip(context.input.findings.len()));
    let fixable = behind.filter(|(_, decision)| decision.fix().is_some());
    let is_fixed = |decision: &Decision| decision.applied_fix().is_some() && bytes.is_some();
    let wrappers = fixable.map(|((_, path), decision)| (path.to_owned(), is_fixed(decision)));
    let wrappers = wrappers.collect();
    let is_elsewhere = context.input.shared.is_some_and(|s| !s.is_defined_in(context.model));
    let calls = decisions.iter().filter_map(Decision::applied_fix).any(|f| f.shared);
    Patched {
        outcomes: outcomes(context, decisions, &attempt.trackers),
        diagnostic_outcomes: others.diagnostics.outcomes(),
        shutdowns: [&attempt.shutdowns[..], &others.refused].concat(),
        wrappers,
        calls_shared: is_elsewhere && calls && bytes.is_some(),
        bytes,
    }
}

fn declined(context: &FileContext<'_>, reason: &Decline) -> Patched {
    let outcome = Outcome::Declined(reason.clone());
    Patched {
        outcomes: vec![outcome.clone(); context.input.findings.len()],
        diagnostic_outcomes: vec![outcome; context.input.project_findings.len()],
        ..Patched::default()
    }
}

/// The new bytes of one attempt; none when nothing changes.
fn try_patch(
    context: &FileContext<'_>,
    decisions: &[Decision],
    others: &OtherFixes<'_>,
) -> (Attempt, Result<Option<Vec<u8>>, InvalidPatch>) {
    let fixes = applied_fixes(decisions);
    let mut names = FreeNames::default();
    let every: Vec<&SiteFix> = decisions.iter().filter_map(Decision::fix).collect();
    let planned = if fixes.is_empty() { &every } else { &fixes };
    let trackers = choose_trackers(context, &mut names, planned);
    // Other files import the helper, so it is written although this file does not need it.
    let is_imported =
        trackers.iter().any(|t| t.new_helper.is_some()) && context.input.shared_is_wanted;
    let mut attempt = Attempt { trackers, ..Attempt::default() };
    let used = if fixes.is_empty() && !is_imported { 0 } else { attempt.trackers.len() };
    if others.drains {
        attempt.plan_shutdown(context, &mut names, &fixes, used);
    }
    if fixes.is_empty()
        && others.diagnostics.is_empty()
        && !is_imported
        && attempt.drains.is_empty()
        && attempt.instance_drains.is_empty()
    {
        return (attempt, Ok(None));
    }
    let declared = &attempt.trackers[..used];
    let result =
        edit(context, &mut names, (declared, &attempt), decisions, &fixes, &others.diagnostics);
    let result = result.and_then(|edits| {
        let new = edited(&context.model.source, &edits).map_err(InvalidPatch::of)?;
        let bytes = new.file_bytes().to_vec();
        if !context.input.settings.preview_only {
            let every = decisions.iter().filter_map(Decision::applied_fix).collect::<Vec<_>>();
            validate(context, &edits, new, &every, &externally_kept(&attempt.trackers, &every))?;
        }
        Ok(Some(bytes))
    });
    (attempt, result)
}

impl Attempt {
    /// Decides which trackers get a drain, and where it is called; only the first `used` trackers
    /// are written in this attempt.
    fn plan_shutdown(
        &mut self,
        context: &FileContext<'_>,
        names: &mut FreeNames,
        fixes: &[&SiteFix],
        used: usize,
    ) {
        let own = |t: &&ChosenTracker| {
            t.future_kind == FutureKind::Task && t.class.is_none() && !t.is_foreign
        };
        let keeps = |t: &&ChosenTracker| !kept_kinds(std::slice::from_ref(*t), fixes).is_empty();
        let sets = self.trackers[..used].iter().filter(own).filter(keeps);
        let calls =
            |t: &ChosenTracker| fixes.iter().filter(|f| t.serves(f)).map(|f| f.call).collect();
        let sets: Vec<_> = sets.map(|t| (t.set.clone(), t.is_new, calls(t))).collect();
        let Some(ends) = context.input.ends else { return };
        let drains = plan_drains(context, names, &sets);
        let sites: Vec<NodeId> = drains.made.iter().flat_map(|d| d.sites.clone()).collect();
        let place = shutdown_hook(&context.layout, ends, &sites);
        let called_by = place.as_ref().map(|(_, name)| name.clone()).map_err(Clone::clone);
        let shutdown = |tracker: &str, function| Shutdown {
            tracker: tracker.to_owned(),
            function,
            called_by: called_by.clone(),
        };
        let foreign =
            self.trackers[..used].iter().filter(|t| t.future_kind == FutureKind::Concurrent);
        let foreign = foreign.filter(keeps).filter(|t| t.class.is_none());
        let foreign = foreign.map(|t| shutdown(&t.set, Err(concurrent_futures())));
        let functions = drains.made.iter().map(|d| shutdown(&d.tracker, Ok(d.function.clone())));
        let declined = drains.declined.iter().map(|(t, why)| shutdown(t, Err(why.clone())));
        self.shutdowns = functions.chain(declined).collect();
        for shutdown in foreign {
            if !self.shutdowns.iter().any(|s| s.tracker == shutdown.tracker) {
                self.shutdowns.push(shutdown);
            }
        }
        self.hook = place.ok().map(|(hook, _)| hook);
        self.drains = drains.made;
        self.plan_instance_drains(context, names, used);
    }

    /// Decides which new sets on instances are drained by the close methods of their classes.
    fn plan_instance_drains(
        &mut self,
        context: &FileContext<'_>,
        names: &mut FreeNames,
        used: usize,
    ) {
        for tracker in &self.trackers[..used] {
            let Some(class) = tracker.class.filter(|_| tracker.is_new) else {
                continue;
            };
            if tracker.future_kind != FutureKind::Task || context.input.test_code {
                continue;
            }
            let set = &tracker.set;
            let (tracker, function, called_by) =
                match plan_instance_drain(context, names, class, set) {
                    Ok((drain, closer)) => {
                        let (tracker, function) = (drain.tracker(), drain.shown());
                        self.instance_drains.push(drain);
                        (tracker, Ok(function), Ok(closer))
                    }
                    Err(why) => (format!("self.{set}"), Err(why.clone()), Err(why)),
                };
            self.shutdowns.push(Shutdown { tracker, function, called_by });
        }
    }
}

/// The calls that are wrapped in a function of another file.
fn externally_kept(trackers: &[ChosenTracker], fixes: &[&SiteFix]) -> BTreeSet<NodeId> {
    let foreign = |f: &&&SiteFix| f.wraps() && trackers.iter().any(|t| t.serves(f) && t.is_foreign);
    fixes.iter().filter(foreign).map(|f| f.call).collect()
}

/// The applied fixes, one for each call.
fn applied_fixes(decisions: &[Decision]) -> Vec<&SiteFix> {
    // Two dropped tasks in one `gather` share a fix.
    let mut fixes: BTreeMap<NodeId, &SiteFix> = BTreeMap::new();
    for fix in decisions.iter().filter_map(Decision::applied_fix) {
        fixes.insert(fix.call, fix);
    }
    fixes.into_values().collect()
}

fn edit(
    context: &FileContext<'_>,
    names: &mut FreeNames,
    (trackers, attempt): (&[ChosenTracker], &Attempt),
    decisions: &[Decision],
    fixes: &[&SiteFix],
    diagnostics: &DiagnosticFixes<'_>,
) -> Result<EditSet, InvalidPatch> {
    let refuse = |reason| InvalidPatch { reason, sites: Vec::new() };
    let shared = context.input.shared.filter(|_| fixes.iter().any(|f| f.shared));
    let function_import = shared.map(|s| s.import_into(&context.layout));
    let loggers = failure_loggers(context, names, &kept_kinds(trackers, fixes));
    let needs = ModuleAdditions {
        trackers,
        loggers: &loggers,
        drains: &attempt.drains,
        instance_drains: &attempt.instance_drains,
        function_import: function_import.as_ref(),
    };
    let mut edits: Vec<Edit> = declaration_edits(context, names, &needs).map_err(refuse)?;
    edits.extend(site_edits(context, names, trackers, &loggers, fixes));
    edits.extend(diagnostics.edits(context, names));
    let needless = needless_comments(context, decisions, diagnostics, &edits);
    edits.extend(needless);
    let functions: Vec<String> = attempt.drains.iter().map(|d| d.function.clone()).collect();
    if let Some(hook) = attempt.hook.filter(|_| !functions.is_empty()) {
        edits.extend(hook.edits(&context.layout, &functions));
    }
    let source = &context.model.source;
    let edits = within_cells(source, edits).map_err(|at| {
        let line = source.line(at).in_words();
        refuse(format!("a change would not stay within its cell ({line})"))
    })?;
    EditSet::new(edits).map_err(|overlap| {
        let line = context.model.source.line(overlap.at);
        let on_line = |f: &&&SiteFix| context.model.place(f.statement) <= line;
        InvalidPatch {
            reason: format!("two edits on {} overlap", line.in_words()),
            sites: fixes.iter().rfind(on_line).map(|f| f.site).into_iter().collect(),
        }
    })
}

/// The kinds of future that new lines or a new helper keep, and whether each may be a future other
/// than a task.
fn kept_kinds(trackers: &[ChosenTracker], fixes: &[&SiteFix]) -> Vec<(FutureKind, bool)> {
    let new = |t: &&ChosenTracker| {
        let in_lines = |f: &&SiteFix| t.serves(f) && f.needs_tracker() && !f.wraps();
        t.new_helper.is_some() || fixes.iter().any(in_lines)
    };
    let trackers = trackers.iter().filter(new);
    trackers.map(|t| (t.future_kind, t.holds_futures || !t.is_new)).collect()
}

/// Declines the sites that a rejection names, or all if it names none.
fn decline_rejected(decisions: &mut [Decision], rejection: &InvalidPatch) {
    let blamed: BTreeSet<usize> = rejection.sites.iter().copied().collect();
    for decision in decisions {
        let is_blamed = |f: &SiteFix| blamed.is_empty() || blamed.contains(&f.site);
        if decision.applied_fix().is_some_and(is_blamed) {
            *decision = Decision::Decline(Decline::failed_validation(&rejection.reason));
        }
    }
}

/// Declines sites in cells of a notebook that begin with a magic, and those that would need an import from the project: where a
/// kernel finds modules is not known.
fn decline_in_notebook(context: &FileContext<'_>, decisions: &mut [Decision]) {
    let Some(notebook) = context.model.source.notebook() else { return };
    for decision in decisions {
        let Decision::Fix { fix, .. } = decision else { continue };
        let cell = notebook.cell_at(context.model.tree.start(fix.statement));
        if cell.is_some_and(|cell| cell.is_magic) {
            let reason = "the cell begins with a magic";
            *decision = Decision::Decline(Decline::new(DeclineKind::MagicCell, reason));
        } else if fix.shared {
            let reason = "a notebook may not be able to import the project's function";
            *decision = Decision::Decline(Decline::new(DeclineKind::SharedImport, reason));
        }
    }
}

/// Declines sites that would run before the declaration that they need.
fn decline_late(context: &FileContext<'_>, decisions: &mut [Decision]) {
    for decision in decisions {
        if let Decision::Fix { fix, .. } = decision
            && runs_before_declaration(context, fix)
        {
            let reason = "the call may run during import, before the set would be declared";
            *decision = Decision::Decline(Decline::new(DeclineKind::ImportTime, reason));
        }
    }
}

/// A helper function is ten lines or so, and saves two at a statement.
const FIXES_FOR_A_HELPER: usize = 6;

/// A note that is shown once, with the first fix of the file.
fn first_note(context: &FileContext<'_>, decisions: &[Decision]) -> Option<FixNote> {
    let fixes = decisions.iter().filter_map(Decision::fix).filter(|f| f.needs_tracker());
    let (owner, module): (Vec<&SiteFix>, Vec<&SiteFix>) = fixes.partition(|f| f.owner.is_some());
    if !owner.is_empty() {
        return Some(FixNote::new(
            NoteKind::CollectedTogether,
            "an object that nothing else refers to may be garbage-collected together with its set and its tasks",
        ));
    }
    let in_lines = module.iter().filter(|f| !f.wraps());
    let count = in_lines.map(|f| f.call).collect::<BTreeSet<_>>().len();
    (count >= FIXES_FOR_A_HELPER && context.input.settings.style == Style::Lines).then(|| {
        let text = format!("{count} sites in this file: `--style helper` gives a smaller diff");
        FixNote::new(NoteKind::HelperIsShorter, text)
    })
}

fn outcomes(
    context: &FileContext<'_>,
    decisions: &[Decision],
    trackers: &[ChosenTracker],
) -> Vec<Outcome> {
    let mut notes = first_note(context, decisions).into_iter();
    // Several callers of one wrapper share a fix.
    let done: BTreeSet<NodeId> =
        decisions.iter().filter_map(Decision::applied_fix).map(|f| f.call).collect();
    let decisions = decisions.iter().take(context.input.findings.len());
    let each = decisions.map(|decision| match decision {
        Decision::Decline(reason) => Outcome::Declined(reason.clone()),
        Decision::Elsewhere(wrapper_fix) => Outcome::Fix {
            applicability: Applicability::Unsafe,
            tracker: None,
            applied: false,
            notes: vec![FixNote::new(
                NoteKind::FixedInWrapper,
                format!(
                    "the fix keeps it once, in `{}` ({}), for all callers",
                    wrapper_fix.name,
                    wrapper_fix.file.display()
                ),
            )],
            elsewhere: Some(wrapper_fix.clone()),
        },
        Decision::Fix { fix, .. } => {
            let chosen = trackers.iter().find(|t| t.serves(fix) && fix.needs_tracker());
            let tracker = chosen.map(|t| match &t.helper {
                Some(helper) if fix.wraps() => helper.clone(),
                _ => fix.tracker_expression(&t.set),
            });
            Outcome::Fix {
                applicability: fix.applicability,
                tracker: fix.replacement.clone().or(tracker),
                applied: done.contains(&fix.call),
                notes: with_file_note(&fix.notes, || {
                    chosen.and_then(|t| t.note.clone()).or_else(|| notes.next())
                }),
                elsewhere: None,
            }
        }
    });
    each.collect()
}

/// The notes of one fix, and one about its tracker or its file where no other explains a choice.
fn with_file_note(own: &[FixNote], other: impl FnOnce() -> Option<FixNote>) -> Vec<FixNote> {
    let is_explained = own.iter().any(|note| !note.kind.is_consequence());
    let other = if is_explained { None } else { other() };
    own.iter().cloned().chain(other).collect()
}
