//! Functions beside the trackers: loggers of failures, and drains that end the tasks of a tracker
//! at shutdown. It must not know how a single site is fixed.

mod failure_logging;
mod element_type;
mod drain;
mod shutdown_hook;
mod instance_drain;

pub(super) use drain::{Drain, plan_drains};
pub(super) use element_type::concurrent_futures;
pub(super) use failure_logging::{FailureLogger, failure_loggers};
pub(super) use instance_drain::{InstanceDrain, plan_instance_drain};
pub(super) use shutdown_hook::{DrainPosition, shutdown_hook};
