//! Which spawners have a rule of their own, however their value is lost. It knows no rule.

use crate::tasks::{ClassifiedSite, Spawner};

/// Whether the site's rule depends on how its value is lost, not on the spawner.
pub(super) fn has_generic_spawner(judged: &ClassifiedSite) -> bool {
    !matches!(
        judged.site.spawner,
        Spawner::Threadsafe | Spawner::Wrapper | Spawner::TaskOwner | Spawner::Manager
    )
}
