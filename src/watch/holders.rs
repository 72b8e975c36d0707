//! What kept tasks that were looked at, one turn after their creation. It knows no site.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// So many tasks of a site have to be looked at before their owners decide an unsure verdict; all of them if there are fewer.
const MIN_LOOKED_AT: u64 = 3;

/// The owners of tasks that were looked at: how many tasks had which.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(BTreeSet<String>, u64)>", into = "Vec<(BTreeSet<String>, u64)>")]
pub struct Holders(BTreeMap<BTreeSet<String>, u64>);

impl From<Vec<(BTreeSet<String>, u64)>> for Holders {
    fn from(seen: Vec<(BTreeSet<String>, u64)>) -> Self {
        let mut holders = Self::default();
        seen.into_iter().for_each(|(owners, count)| *holders.0.entry(owners).or_default() += count);
        holders
    }
}

impl From<Holders> for Vec<(BTreeSet<String>, u64)> {
    fn from(holders: Holders) -> Self {
        holders.0.into_iter().collect()
    }
}

impl Holders {
    /// Adds the tasks of another process.
    pub fn add(&mut self, other: &Self) {
        for (owners, count) in &other.0 {
            *self.0.entry(owners.clone()).or_default() += count;
        }
    }

    /// How many tasks were looked at.
    pub fn looked_at(&self) -> u64 {
        self.0.values().sum()
    }

    /// Every owner, and how many tasks it had; `nothing` is one.
    pub fn owners(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for (owners, count) in &self.0 {
            owners.iter().for_each(|owner| *counts.entry(owner.as_str()).or_default() += count);
        }
        counts
    }

    /// The owners that can outlive a call, in order.
    pub fn lasting(&self) -> impl Iterator<Item = &str> {
        self.owners().into_keys().filter(|owner| is_lasting(owner))
    }

    /// Whether each task that was looked at had an owner that can outlive a call, and enough of `created` ones were looked at.
    pub fn decide(&self, created: u64) -> bool {
        self.are_enough(created) && self.0.keys().all(|owners| owners.iter().any(|o| is_lasting(o)))
    }

    /// Whether enough of `created` tasks were looked at to say something of all.
    pub fn are_enough(&self, created: u64) -> bool {
        self.looked_at() >= created.clamp(1, MIN_LOOKED_AT)
    }
}

/// Whether what kept a task one turn after its creation can do so until it is done. A local variable goes with its function, and
/// what a callback of the task refers to goes with the task.
fn is_lasting(owner: &str) -> bool {
    owner.starts_with("attribute ") || owner.starts_with("global ") || owner == "who awaits it"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holders(seen: &[(&[&str], u64)]) -> Holders {
        let owners = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        seen.iter().map(|(names, count)| (owners(names), *count)).collect::<Vec<_>>().into()
    }

    #[test]
    fn every_task_that_was_looked_at_has_to_have_an_owner() {
        let attribute = "attribute _tasks of app.Foo";
        assert!(holders(&[(&[attribute, "a closure"], 1)]).decide(1));
        assert!(holders(&[(&[attribute], 2), (&["who awaits it"], 1)]).decide(9));
        assert!(!holders(&[(&[attribute], 2)]).decide(9), "too few");
        assert!(!holders(&[(&[attribute], 2), (&["a closure"], 1)]).decide(3));
        assert!(!Holders::default().decide(0));
    }
}
