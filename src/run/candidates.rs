//! The prefilter of files: whether the bytes of a file can hold a site. It allocates nothing.

use crate::tasks::may_have_site;

/// Whether a file is worth parsing: it may have a site of its own, or a fact for others. UTF-16 is, so that the user hears
/// that it was not searched.
pub(super) fn is_worth_parsing(bytes: &[u8]) -> bool {
    may_have_site(bytes) || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}
