//! What the configurations of a project ask of it as a whole. It loads nothing.

use std::sync::Arc;

use super::folder_config::FolderConfig;
use crate::rules::{all, has_project_rules, needs_audit};
use crate::settings::TrackerChoice;
use crate::tasks::DeclaredFunctions;

/// What is asked of a project as a whole: what any of its configurations asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Demands {
    /// Sites without a finding are reported too.
    pub(super) every_site: bool,
    /// A rule is on that is not about one site.
    pub(super) project_rules: bool,
    /// A rule is on that needs the audit.
    pub(super) audit_rules: bool,
    /// Trackers are drained.
    pub(super) drains: bool,
    /// One function of the project keeps the tasks.
    shared: bool,
    /// Objects keep tasks: a set on an instance takes a constructor that each of its subclasses runs.
    pub(super) instances: bool,
    /// All of each file is parsed.
    strict: bool,
}

impl Demands {
    /// What these configurations ask.
    pub(super) fn of(configs: &[Arc<FolderConfig>], every_site: bool) -> Self {
        let mut demands = Self { every_site, ..Self::default() };
        for settings in configs.iter().map(|c| &c.settings) {
            demands.project_rules |= has_project_rules(all(), &settings.rules);
            demands.audit_rules |= needs_audit(all(), &settings.rules);
            demands.drains |= settings.fix.drains();
            demands.strict |= settings.strict;
            match settings.fix.tracker {
                TrackerChoice::Shared { .. } => demands.shared = true,
                TrackerChoice::Instance | TrackerChoice::Reuse => demands.instances = true,
                TrackerChoice::Auto | TrackerChoice::Module => {}
            }
        }
        demands
    }

    /// Whether every file is read, not only those that can matter to a site: what is asked about trackers, by an audit or for
    /// a shutdown may be answered anywhere.
    pub(super) fn everything(self) -> bool {
        self.every_site || self.project_rules || self.drains
    }

    /// Whether all of each file is parsed, not only the functions that can matter. What is known of the shared function names
    /// places in its file, which are others once more of that is parsed.
    pub(super) fn whole_files(self) -> bool {
        self.everything() || self.shared || self.instances || self.strict
    }
}

/// What the configurations declare of functions.
pub(super) fn declared(configs: &[Arc<FolderConfig>]) -> DeclaredFunctions {
    let mut declared = DeclaredFunctions::default();
    for settings in configs.iter().map(|config| &config.settings) {
        settings.spawners.iter().for_each(|function| declared.add_spawner(function));
        settings.keepers.iter().for_each(|function| declared.add_keeper(function));
    }
    declared
}

/// The module and name of the function that keeps the tasks; that of the first configuration that chooses one.
pub(super) fn shared_name(configs: &[Arc<FolderConfig>]) -> Option<(&str, &str)> {
    configs.iter().find_map(|config| match &config.settings.fix.tracker {
        TrackerChoice::Shared { module, name } => Some((module.as_str(), name.as_str())),
        _ => None,
    })
}
