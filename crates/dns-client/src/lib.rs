//! dns-client

pub mod system;
