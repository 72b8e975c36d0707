//! What keeps a task, as something that can be found again: an attribute of a class, a module's name, a local. It follows
//! no value.

use std::sync::Arc;

use super::index::{Index, Namesakes, looked_up};
use super::terms::{Key, Spot};
use crate::python::{BindingKind, Field, Kind, NodeId, Origin, ScopeKind};

impl Index<'_> {
    /// What the expression is that keeps a task; subscripts and calls on it are taken off: of `self._tasks[k]` it is
    /// `self._tasks`.
    pub(super) fn key(&self, spot: Spot) -> Option<Key> {
        let model = self.model(spot);
        let node = model.bare(spot.node);
        let inner = |node| self.key(Spot { node, ..spot });
        match model.kind(node) {
            Kind::Identifier => self.key_of_name(Spot { node, ..spot }),
            Kind::Attribute => self.key_of_attribute(Spot { node, ..spot }),
            Kind::Subscript => inner(model.child(node, Field::Value)?),
            // `d.setdefault(k, []).append(t)`
            Kind::Call => inner(model.child(model.child(node, Field::Function)?, Field::Object)?),
            _ => None,
        }
    }

    fn key_of_name(&self, spot: Spot) -> Option<Key> {
        let model = self.model(spot);
        let (scope, symbol) = model.variable(spot.node)?;
        match model.scopes.scope(scope).kind {
            ScopeKind::Module => {
                let imported = model.bindings_of(spot.node).iter().find_map(|b| match &b.kind {
                    BindingKind::ImportFrom { .. } => {
                        model.binding_origins(b).into_iter().find_map(|o| match o {
                            Origin::Path(path) => self.global(&path),
                            _ => None,
                        })
                    }
                    _ => None,
                });
                let own = || match model.module.as_str() {
                    "" => model.text(spot.node).to_owned(),
                    module => format!("{module}.{}", model.text(spot.node)),
                };
                Some(imported.unwrap_or_else(|| Key::Global(own())))
            }
            ScopeKind::Class => {
                let class = model.path_of(model.scopes.scope(scope).node);
                Some(self.attribute(&class, model.text(spot.node)))
            }
            _ => {
                // `tasks = self._tasks; tasks.add(t)`: the attribute is what keeps it.
                if let [binding] = model.bindings_of(spot.node)
                    && let BindingKind::Assign { value } = binding.kind
                    && matches!(model.kind(model.bare(value)), Kind::Attribute)
                {
                    return self.key(Spot { node: value, ..spot });
                }
                Some(Key::Local { file: spot.file, scope, symbol })
            }
        }
    }

    fn key_of_attribute(&self, spot: Spot) -> Option<Key> {
        let model = self.model(spot);
        let object = model.child(spot.node, Field::Object)?;
        let name = model.text(model.child(spot.node, Field::Attribute)?);
        self.key_of_member(Spot { node: object, ..spot }, name)
    }

    /// What `name` of an object is.
    fn key_of_member(&self, object: Spot, name: &str) -> Option<Key> {
        let model = self.model(object);
        let spot = object;
        let object = object.node;
        for origin in model.origins(object) {
            let found = match origin {
                Origin::Instance(class) | Origin::Class(class) => {
                    Some(self.attribute(&model.path_of(class), name))
                }
                Origin::Path(path) => self.member(&path, name),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        if let Some(class) = self.only_setter(name) {
            return Some(self.attribute(class, name));
        }
        let text = format!("{}.{name}", model.dotted(object)?);
        let parts: Vec<&str> = text.rsplit('.').take(2).collect();
        Some(match parts[..] {
            // Starlette's and aiohttp's place for what belongs to the application.
            [_, "state"] => Key::Text { file: None, text: format!("state.{name}") },
            _ => Key::Text { file: Some(spot.file), text },
        })
    }

    fn attribute(&self, class: &str, name: &str) -> Key {
        Key::Attribute { class: self.home_of(class, name), name: name.to_owned() }
    }

    /// What `name` is of the thing at a path: an instance's, a class's or a module's.
    fn member(&self, path: &str, name: &str) -> Option<Key> {
        self.paths_behind(path).iter().find_map(|path| {
            let class = path.strip_suffix("()").unwrap_or(path);
            if self.class_at(class).is_some() {
                Some(self.attribute(class, name))
            } else {
                self.is_module(path).then(|| Key::Global(format!("{path}.{name}")))
            }
        })
    }

    /// The module-level name of the project behind an import.
    fn global(&self, path: &str) -> Option<Key> {
        let is_own = |p: &&String| p.rsplit_once('.').is_some_and(|(m, _)| self.is_module(m));
        let paths = self.paths_behind(path);
        paths.iter().rfind(is_own).map(|p| Key::Global(p.clone()))
    }

    /// The places in the project that may be the same keeper, by its last name.
    pub(super) fn places_of(&self, key: &Key) -> Vec<Spot> {
        let name = match key {
            Key::Attribute { name, .. } => name.as_str(),
            Key::Global(path) | Key::Text { text: path, .. } => {
                path.rsplit('.').next().unwrap_or(path)
            }
            Key::Local { file, scope, symbol } => {
                let uses = self.files[*file].model.uses(*scope, *symbol);
                return uses.iter().map(|u| Spot { file: *file, node: u.node }).collect();
            }
        };
        self.namesakes_of(name).and_then(|n| n.of.get(key).cloned()).unwrap_or_default()
    }

    /// The places of production code that have an attribute of the same name, of nobody knows what.
    pub(super) fn strangers(&self, key: &Key) -> Vec<Spot> {
        let Key::Attribute { name, .. } = key else { return Vec::new() };
        self.namesakes_of(name).map(|n| n.strangers.clone()).unwrap_or_default()
    }

    fn namesakes_of(&self, name: &str) -> Option<Arc<Namesakes>> {
        let mentions = self.mentions(name);
        let tell_apart = |_: &Spot| {
            let mut found = Namesakes::default();
            for spot in mentions.iter().copied() {
                let key = self.key_here(spot);
                let is_attribute = self.model(spot).kind(spot.node) == Kind::Attribute;
                let is_strange = matches!(key, None | Some(Key::Text { .. }));
                if is_attribute && is_strange && !self.is_test(spot) {
                    found.strangers.push(spot);
                }
                if let Some(key) = key {
                    found.of.entry(key).or_default().push(spot);
                }
            }
            Arc::new(found)
        };
        Some(self.namesakes.get(*mentions.first()?, tell_apart))
    }

    /// The key of a place itself, a local alias not looked through.
    fn key_here(&self, spot: Spot) -> Option<Key> {
        match self.model(spot).kind(spot.node) {
            Kind::Identifier => {
                let model = self.model(spot);
                let (scope, _) = model.variable(spot.node)?;
                let kind = model.scopes.scope(scope).kind;
                matches!(kind, ScopeKind::Module | ScopeKind::Class)
                    .then(|| self.key_of_name(spot))
                    .flatten()
            }
            Kind::Attribute => self.key_of_attribute(spot),
            Kind::Call => {
                let (node, name) = looked_up(self.model(spot), spot.node)?;
                self.key_of_member(Spot { node, ..spot }, name)
            }
            _ => None,
        }
    }

    /// The name of a keeper for people: `Scheduler._task`, `pkg.jobs._tasks`.
    pub(super) fn keeper_name(&self, key: &Key, class: Option<&str>) -> String {
        let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
        match key {
            Key::Attribute { class: home, name } => {
                format!("{}.{name}", last(class.unwrap_or(home)))
            }
            Key::Global(path) => path.clone(),
            Key::Text { text, .. } => text.clone(),
            Key::Local { file, scope, symbol } => {
                let model = self.files[*file].model;
                let name = model.uses(*scope, *symbol).first().map_or("", |u| model.text(u.node));
                let function = model.scopes.scope(*scope).node;
                let of = self.frame_name(Spot { file: *file, node: function });
                format!("{name} in {of}")
            }
        }
    }

    /// The name of the frame that a function, lambda or module opens.
    pub(super) fn frame_name(&self, opener: Spot) -> String {
        let model = self.model(opener);
        match model.kind(opener.node) {
            Kind::FunctionDefinition => self.name_of(opener),
            Kind::Lambda => format!("the lambda on line {}", model.line(opener.node)),
            _ => "the module".to_owned(),
        }
    }
}

/// The class around a node, by its path in the project.
pub(super) fn class_of(index: &Index<'_>, spot: Spot) -> Option<String> {
    let model = index.model(spot);
    model.class_of(spot.node).map(|class: NodeId| model.path_of(class))
}
