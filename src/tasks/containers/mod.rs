//! The containers that keep a project's tasks and job records, and every use of them, file by file and joined. They know no
//! rule.

mod job_record;
mod job_tracker;
mod tracker;
mod declarations;
mod iteration;
mod operation;
mod provenance;
mod status_writes;
mod references;
mod gather;

pub use iteration::op_on_members;
pub use job_record::{FieldAccess, JobRecord};
pub use job_tracker::{CodeLocation, JobTracker, StatusWrite};
pub use tracker::{ContainerOp, ContainerUse, IterationUse, Storage, Tracker, Trackers};
