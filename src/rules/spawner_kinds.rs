//! Which spawners have a rule of their own, however their value is lost. It knows no rule.

use crate::tasks::{ClassifiedSite, Spawner};

/// Whether the site's rule depends on how its value is lost, not on the spawner.
pub(super) fn has_generic_spawner(classified: &ClassifiedSite) -> bool {
    !matches!(
        classified.site.spawner,
        Spawner::Threadsafe | Spawner::Wrapper | Spawner::TaskOwner | Spawner::Manager
    )
}
