//! dns-cache
