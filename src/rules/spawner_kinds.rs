//! Which spawners have a rule of their own, whatever became of their value. It knows no rule.

use crate::tasks::{Judged, Spawner};

/// Whether the site's rule follows from how its value was lost, not from what was called.
pub(super) fn has_generic_spawner(judged: &Judged) -> bool {
    !matches!(judged.site.spawner, Spawner::Threadsafe | Spawner::Wrapper | Spawner::Manager)
}
