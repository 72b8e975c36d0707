//! How long a task can live: with its statement, its call, an object, or the application. It does not ask what stops it.

use super::index::Index;
use super::owner::{Owner, OwnerKind};
use super::terms::{Key, Spot, When};
use super::witness::Witness;
use super::words::Lifetime;
use crate::python::{Field, Kind};
use crate::tasks::ClassifiedSite;

impl Index<'_> {
    /// How long the task of a site can live, and what shows it beyond its owner.
    pub fn lifetime(
        &self,
        file: usize,
        judged: &ClassifiedSite,
        owner: &Owner,
    ) -> (Lifetime, Option<Witness>) {
        let site = Spot { file, node: judged.site.node };
        match owner.kind {
            OwnerKind::Nobody | OwnerKind::Unknown | OwnerKind::Caller => (Lifetime::Unknown, None),
            OwnerKind::Awaiting => (self.until_awaited(site, judged), None),
            OwnerKind::Factory => (Lifetime::Application, None),
            OwnerKind::Group => (self.of_group(site, judged), None),
            OwnerKind::Frame => self.of_frame(site),
            OwnerKind::Keeper => match &owner.key {
                Some(Key::Global(_)) => (Lifetime::Application, None),
                Some(Key::Text { file: None, .. }) => (Lifetime::Application, None),
                Some(Key::Attribute { class, .. }) => self.of_object(class),
                _ => (Lifetime::Unknown, None),
            },
        }
    }

    fn until_awaited(&self, site: Spot, judged: &ClassifiedSite) -> Lifetime {
        let model = self.model(site);
        let same = model.statement_of(site.node) == model.statement_of(judged.sink);
        if same { Lifetime::Statement } else { Lifetime::Call }
    }

    /// A group that an `async with` of the function opens ends with it.
    fn of_group(&self, site: Spot, judged: &ClassifiedSite) -> Lifetime {
        let model = self.model(site);
        let Some(object) = model.child(judged.site.callee, Field::Object) else {
            return Lifetime::Unknown;
        };
        match model.kind(model.bare(object)) {
            Kind::Identifier => match self.key(Spot { node: object, ..site }) {
                Some(Key::Local { .. }) => Lifetime::Call,
                Some(Key::Global(_)) => Lifetime::Application,
                _ => Lifetime::Unknown,
            },
            Kind::Attribute => Lifetime::Object,
            _ => Lifetime::Unknown,
        }
    }

    /// The frame of an application's lifespan lives as long as the application.
    fn of_frame(&self, site: Spot) -> (Lifetime, Option<Witness>) {
        let hook = self.function_of(site).and_then(|f| self.hook(f));
        match hook.filter(|h| h.when == When::Around && h.is_application) {
            Some(hook) => {
                let note = format!("{} makes it the application's lifespan", hook.label);
                (Lifetime::Application, Some(self.witness(hook.spot, note)))
            }
            None => (Lifetime::Call, None),
        }
    }

    /// An object that a module-level name holds, or a startup hook makes, lives as long as the application.
    fn of_object(&self, class: &str) -> (Lifetime, Option<Witness>) {
        let Some(spot) = self.class_at(class) else { return (Lifetime::Object, None) };
        let model = self.model(spot);
        let Some(name) = model.child(spot.node, Field::Name).map(|n| model.text(n)) else {
            return (Lifetime::Object, None);
        };
        let made = self.mentions(name).iter().copied().find_map(|mention| {
            let there = self.model(mention);
            let call = there.tree.parent(mention.node).filter(|p| {
                there.kind(*p) == Kind::Call && there.tree.field(mention.node) == Field::Function
            })?;
            let at = Spot { node: call, ..mention };
            let is_bound =
                there.tree.parent(call).is_some_and(|p| there.kind(p) == Kind::Assignment);
            if self.is_test(mention)
                || !is_bound
                || self.class_of(mention).as_deref() != Some(class)
            {
                return None;
            }
            let around = self.function_of(at);
            let note = match around {
                None if there.class_of(call).is_none() => {
                    "the module makes and keeps one".to_owned()
                }
                None => return None,
                Some(f) => {
                    let hook =
                        self.hook(f).filter(|h| h.is_application && h.when != When::Shutdown)?;
                    format!(
                        "`{}` makes one as the application starts ({})",
                        self.name_of(f),
                        hook.label
                    )
                }
            };
            Some(self.witness(at, note))
        });
        match made {
            Some(witness) => (Lifetime::Application, Some(witness)),
            None => (Lifetime::Object, None),
        }
    }
}
