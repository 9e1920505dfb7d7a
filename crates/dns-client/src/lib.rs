//! dns-client
