//! Trackers on the instances of a class: which classes can get one, and the text of the attribute.
//! It must not know sites or fixes.

mod attribute_init;
mod class_member;

pub(super) use attribute_init::{AttributeInits, TrackerOwner, method_receiver};
pub(super) use class_member::InstanceAttribute;
