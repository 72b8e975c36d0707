//! From decisions to edits: new module-level code, the edits at each site, and fixes of findings
//! about whole trackers. It must not decide what is fixed.

mod declarations;
mod cancel_pending;
mod variable_name;
mod site_edits;
mod retain_running;
mod diagnostic_fixes;
mod needless;

pub(super) use declarations::{ModuleAdditions, declaration_edits};
pub(super) use diagnostic_fixes::DiagnosticFixes;
pub(super) use needless::needless_comments;
pub(super) use site_edits::site_edits;
