//! New objects that own a task and are discarded: `Ticker()` as a statement. It follows no value itself.

use crate::python::{Field, Kind, NodeId, Origin};
use crate::tasks::effects::{ObjectEscape, ValueKind};
use crate::tasks::escape::{EscapeAnalyzer, EscapeResult, Follow};
use crate::tasks::libraries::Spawner;
use crate::tasks::project::TaskOwner;
use crate::tasks::verdict::{Reason, SpawnSite, SpawnerEvidence};

impl<'a> EscapeAnalyzer<'a> {
    /// A call of a class whose objects own a task, as a site if it is certain that the caller does not keep the object.
    pub(super) fn discarded_owner(
        &self,
        call: NodeId,
        callee: NodeId,
    ) -> Option<(SpawnSite, EscapeResult)> {
        let owner = self.task_owner(callee)?;
        let model = self.model;
        let around = model.tree.ancestors(call);
        let parent = around.map(|n| model.kind(n)).find(|k| *k != Kind::ParenthesizedExpression);
        // What is followed is an object, not a task: no other use of it is understood.
        if !matches!(parent, Some(Kind::ExpressionStatement | Kind::Assignment))
            || self.project.factory().is_some()
        {
            return None;
        }
        let result = self.escape_of(call, ValueKind::Task);
        if !matches!(
            result.reason,
            Reason::Discarded | Reason::Underscore | Reason::Unread | Reason::Rebound
        ) {
            return None;
        }
        let name = self.quote(callee);
        let stored = format!("the constructor of {name} stores its task in `.{}`", owner.attribute);
        let result = if owner.escape == ObjectEscape::Unknown {
            let why = format!(
                "{stored}, the object is discarded, and it is not known whether anything else keeps it"
            );
            EscapeResult::new(Reason::Argument, call, why)
        } else if !owner.is_certain {
            let why =
                format!("{name} makes a task on some paths only, and the object is discarded");
            EscapeResult::new(Reason::Conditional, call, why)
        } else {
            let why = format!("{stored}, and nothing keeps the object: {}", result.why);
            EscapeResult { reason: Reason::Wrapper, why, ..result }
        };
        let site = SpawnSite {
            node: call,
            callee,
            spawner: Spawner::TaskOwner,
            evidence: SpawnerEvidence::Resolved,
            uncalled: false,
        };
        Some((site, result))
    }

    /// The class that a callee certainly is, if its objects own a task.
    fn task_owner(&self, callee: NodeId) -> Option<&'a TaskOwner> {
        let callee = self.model.bare(callee);
        let may_be = match self.model.kind(callee) {
            Kind::Identifier => self.may_spawn(callee),
            Kind::Attribute => {
                let name = self.model.child(callee, Field::Attribute)?;
                self.project.is_wrapper_name(self.model.text(name))
            }
            _ => false,
        };
        if !may_be {
            return None;
        }
        match &self.origins(callee)[..] {
            [Origin::Class(class)] => self.project.task_owners.get(&self.model.path_of(*class)),
            [Origin::Path(path)] if !self.project.is_rebound(path) => {
                let targets = self.project.resolve(path);
                targets.iter().find_map(|target| self.project.task_owners.get(target))
            }
            _ => None,
        }
    }
}
