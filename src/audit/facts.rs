//! What the code shows about a task beyond its assessment, for reports: who starts it, what a second start does, how often it
//! runs, why it is safe. It analyses no code itself.

use super::assessment::{Cancellation, Fact, FactKind, Lifetime};
use super::related_location::RelatedLocation;
use super::site_audit::SiteAudit;
use super::types::{NodeRef, StorageLocation};
use super::workspace_audit::WorkspaceAudit;

impl WorkspaceAudit<'_> {
    /// The facts about each site of a file, in source order.
    pub fn facts(&self, file: usize) -> Vec<Vec<Fact>> {
        self.of_file(file).iter().map(|audit| self.facts_of(audit)).collect()
    }

    /// The facts about a site, in the order of [`FactKind`].
    fn facts_of(&self, audit: &SiteAudit) -> Vec<Fact> {
        let index = &self.index;
        let (classified, site) = self.site(audit.site);
        let SiteAudit { function, exit, owner, task_uses, stops, assessment, .. } = audit;
        let mut facts = Vec::new();
        let is_short = assessment.lifetime == Lifetime::Statement;
        if !is_short && assessment.lifetime != Lifetime::Call {
            let started = |step| Fact::new(FactKind::StartedBy, step);
            facts.extend(index.start_steps(site).into_iter().map(started));
            facts.extend(self.instance(audit));
            facts.extend(index.second_start(owner, *function, task_uses, stops));
            facts.extend(index.clearing(owner, *function, stops));
        }
        if !is_short {
            let rounds = function
                .map(|f| index.rounds(f, *exit, index.coroutine_call(site.file, classified, f)));
            facts.extend(rounds.unwrap_or_default());
            let claimed = stops.first().filter(|_| !assessment.stopped_by.is_empty());
            facts.extend(
                claimed.and_then(|stop| index.stop_condition(stop, task_uses, owner, site)),
            );
        }
        let is_lasting = matches!(assessment.lifetime, Lifetime::Object | Lifetime::Application);
        // What a second run overwrites is kept by nothing.
        let is_overwritten = facts.iter().any(|fact| {
            fact.kind == FactKind::SecondStart && fact.value.as_deref() == Some("overwrites")
        });
        let is_known = assessment.cause.is_none()
            && !is_overwritten
            && assessment.lifetime != Lifetime::Unknown
            && !(is_lasting && assessment.cancellation == Cancellation::Unknown);
        let safe = is_known.then(|| index.why_safe(site, owner, stops, assessment));
        facts.extend(safe.flatten());
        facts
    }

    /// The name of the only object that owns the task, where it is created.
    fn instance(&self, audit: &SiteAudit) -> Option<Fact> {
        let index = &self.index;
        let Some(StorageLocation::Attribute { class, .. }) = &audit.owner.location else {
            return None;
        };
        let (_, NodeRef { file, node }) = self.site(audit.site);
        let model = index.files[file].model;
        let own = model.class_of(node).map(|class| model.path_of(class));
        let own = own.filter(|own| index.with_subclasses(class).contains(own.as_str()));
        let (name, made) = index.only_instance(own.as_ref().unwrap_or(class))?;
        let shown_at: RelatedLocation = index.related(made, format!("`{name}` is created here"));
        Some(Fact::with(FactKind::Instance, name, shown_at))
    }
}
