//! Which spawners have a rule of their own, whatever became of their value. It knows no rule.

use crate::tasks::{ClassifiedSite, Spawner};

/// Whether the site's rule follows from how its value was lost, not from what was called.
pub(super) fn is_plain(judged: &ClassifiedSite) -> bool {
    !matches!(judged.site.spawner, Spawner::Threadsafe | Spawner::Wrapper | Spawner::Manager)
}
