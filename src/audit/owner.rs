//! Who keeps a site's task: from the judge's verdict to a name, and to a keeper that can be found again. It does not ask
//! for how long.

use super::hook::one_line;
use super::index::Index;
use super::key::class_of;
use super::terms::{Key, Spot};
use super::witness::Witness;
use crate::python::{Field, Kind, NodeId};
use crate::tasks::{ClassifiedSite, Reason, Verdict};

/// What kind of keeper it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// Nobody.
    Nobody,
    /// A place that can be found again.
    Keeper,
    /// The frame of a function, by a name in it or a closure.
    Frame,
    /// Whoever awaits it on the spot, or later in the same function.
    Awaiting,
    /// Whoever gets it returned.
    Caller,
    /// A task group, nursery or the like.
    Group,
    /// The task factory.
    Factory,
    /// It cannot be told.
    Unknown,
}

/// Who keeps a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// What kind of keeper it is.
    pub kind: OwnerKind,
    /// Where to find it, of a [`OwnerKind::Keeper`], and of a frame's name.
    pub key: Option<Key>,
    /// Its name for people; none for nobody.
    pub name: Option<String>,
    /// The place where it gets the task.
    pub place: Option<Spot>,
    /// What shows it.
    pub evidence: Option<Witness>,
}

/// Functions that hand their tasks on are followed this deep.
const DEEPEST: u32 = 3;

/// Methods by which containers take something in.
const STORES: &[&str] =
    &["add", "append", "insert", "appendleft", "setdefault", "put_nowait", "put"];

impl Index<'_> {
    /// Who keeps the task of a site.
    pub fn owner(&self, file: usize, judged: &ClassifiedSite) -> Owner {
        self.owner_below(file, judged, DEEPEST)
    }

    fn owner_below(&self, file: usize, judged: &ClassifiedSite, depth: u32) -> Owner {
        let at = |node| Spot { file, node };
        let (site, end) = (at(judged.site.node), at(judged.sink));
        let frame = self.frame_around(site);
        let because = || Some(self.witness(end, judged.why.clone()));
        let plain = |kind, name: String| Owner {
            kind,
            key: None,
            name: Some(name),
            place: Some(end),
            evidence: because(),
        };
        match judged.reason {
            _ if judged.verdict() == Verdict::Dropped => Owner {
                kind: OwnerKind::Nobody,
                key: None,
                name: None,
                place: None,
                evidence: because(),
            },
            Reason::Awaited | Reason::Gathered => {
                plain(OwnerKind::Awaiting, format!("awaiting caller {frame}"))
            }
            // `yield from task` in an `__await__` waits for it.
            Reason::Returned if self.model(end).text(end.node).starts_with("yield from") => {
                plain(OwnerKind::Awaiting, format!("awaiting caller {frame}"))
            }
            Reason::Returned => plain(OwnerKind::Caller, format!("caller of {frame}")),
            Reason::Attribute | Reason::Global | Reason::Container => self
                .keeper(end, site)
                .unwrap_or_else(|| plain(OwnerKind::Unknown, "unknown".into())),
            Reason::Frame | Reason::Closure => {
                let container = self.container_of(end).or_else(|| self.container_at(site));
                let key = container.and_then(|c| self.key(c));
                let local = key.filter(|k| matches!(k, Key::Local { .. }));
                let of = match &local {
                    Some(Key::Local { file, scope, .. }) => {
                        let node = self.files[*file].model.scopes.scope(*scope).node;
                        self.frame_name(Spot { file: *file, node })
                    }
                    _ => frame,
                };
                Owner { key: local, ..plain(OwnerKind::Frame, format!("local frame of {of}")) }
            }
            Reason::Kept => {
                let callee = self.model(end).child(end.node, Field::Function);
                let function = callee.map(|c| self.functions(at(c))).unwrap_or_default();
                let kept = function.first().and_then(|f| self.kept_in(*f));
                kept.unwrap_or_else(|| plain(OwnerKind::Unknown, "unknown".into()))
            }
            Reason::Factory => plain(OwnerKind::Factory, "the task factory".into()),
            Reason::TaskGroup => {
                let callee = judged.site.callee;
                let object = self.model(site).child(callee, Field::Object).unwrap_or(callee);
                let name = one_line(self.model(site).text(object));
                // A framework's object keeps its tasks, too; when it lets them go is not known.
                match self.is_group(at(object)) {
                    true => plain(OwnerKind::Group, format!("TaskGroup {name}")),
                    false => plain(OwnerKind::Unknown, name),
                }
            }
            Reason::ManagedWrapper => {
                let inner = depth.checked_sub(1).zip(self.wrapper(file, judged));
                let kept = inner.and_then(|(depth, wrapper)| self.owner_in(wrapper, depth));
                kept.unwrap_or_else(|| plain(OwnerKind::Unknown, "unknown".into()))
            }
            _ => plain(OwnerKind::Unknown, "unknown".into()),
        }
    }

    /// Whether an object is a group that waits for its tasks where it is left.
    fn is_group(&self, object: Spot) -> bool {
        let waits = |path: &str| {
            let path = path.trim_end_matches("()").trim_end_matches(".__aenter__");
            let name = path.rsplit('.').next().unwrap_or(path);
            matches!(
                name,
                "TaskGroup"
                    | "create_task_group"
                    | "open_nursery"
                    | "Nursery"
                    | "PersistentTaskGroup"
            )
        };
        self.model(object).origins(object.node).iter().any(|o| o.path().is_some_and(waits))
    }

    /// Who keeps the tasks that a function of the project makes for its callers.
    fn owner_in(&self, wrapper: Spot, depth: u32) -> Option<Owner> {
        let sites = self.sites_in(wrapper);
        let kept = sites.iter().map(|j| self.owner_below(wrapper.file, j, depth));
        kept.into_iter().find(|o| o.key.is_some())
    }

    /// What the place that keeps a task belongs to.
    fn keeper(&self, end: Spot, site: Spot) -> Option<Owner> {
        let container = self.container_of(end)?;
        let key = self.key(container)?;
        let model = self.model(end);
        let of_self = model
            .child(container.node, Field::Object)
            .is_some_and(|o| model.self_class(o).is_some());
        let class = class_of(self, site).filter(|_| of_self);
        let name = self.keeper_name(&key, class.as_deref());
        let note = format!("`{name}` holds it");
        Some(Owner {
            kind: if matches!(key, Key::Local { .. }) {
                OwnerKind::Frame
            } else {
                OwnerKind::Keeper
            },
            key: Some(key),
            name: Some(name),
            place: Some(end),
            evidence: Some(self.witness(end, note)),
        })
    }

    /// The expression that keeps what is stored at a place: the receiver of `add`, the target of an assignment.
    fn container_of(&self, end: Spot) -> Option<Spot> {
        let model = self.model(end);
        let node = match model.kind(end.node) {
            Kind::Identifier | Kind::Attribute | Kind::Subscript => end.node,
            Kind::Call => model.child(model.child(end.node, Field::Function)?, Field::Object)?,
            Kind::AugmentedAssignment => model.child(end.node, Field::Left)?,
            _ => return None,
        };
        Some(Spot { node, ..end })
    }

    /// The local container that a site's value is put into where the site stands: `tasks[key] = create_task(...)`.
    fn container_at(&self, site: Spot) -> Option<Spot> {
        let model = self.model(site);
        let parent = model.tree.parent(site.node)?;
        let is_value = model.tree.field(site.node) == Field::Right;
        let left = model.child(parent, Field::Left).filter(|_| is_value)?;
        (model.kind(left) == Kind::Subscript).then_some(Spot { node: left, ..site })
    }

    /// What a function puts its argument into.
    fn kept_in(&self, function: Spot) -> Option<Owner> {
        let model = self.model(function);
        let scope = model.scopes.opened_by(function.node)?;
        let is_parameter = |n: NodeId| {
            model.scopes.owner(n) == Some(scope)
                && model.bindings_of(n).iter().any(|b| {
                    matches!(b.kind, crate::python::BindingKind::Parameter { index, .. }
                        if index > 0 || model.self_class(n).is_none())
                })
        };
        let stores = |n: &NodeId| match model.kind(*n) {
            Kind::Call => {
                let callee = model.child(*n, Field::Function);
                let method = callee.and_then(|c| model.child(c, Field::Attribute));
                method.is_some_and(|m| STORES.contains(&model.text(m)))
                    && model.positional(*n).into_iter().any(is_parameter)
            }
            _ => false,
        };
        let target = |n: NodeId| {
            let left = model.child(n, Field::Left).filter(|_| model.kind(n) == Kind::Assignment)?;
            let right = model.child(n, Field::Right)?;
            let keeps = matches!(model.kind(left), Kind::Attribute | Kind::Subscript);
            (keeps && is_parameter(right)).then_some(left)
        };
        let all = || model.tree.descendants(function.node);
        let place = all().find(stores).or_else(|| all().find_map(target))?;
        let place = Spot { node: place, ..function };
        self.keeper(place, place).filter(|o| o.kind == OwnerKind::Keeper)
    }

    /// The name of the function around a spot, or of the module.
    pub(super) fn frame_around(&self, spot: Spot) -> String {
        match self.function_of(spot) {
            Some(function) => self.name_of(function),
            None => "the module".to_owned(),
        }
    }
}
