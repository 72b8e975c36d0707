//! (room apply)
