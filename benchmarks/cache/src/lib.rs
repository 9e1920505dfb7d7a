//! What the programs have in common.

pub mod random;
