//! resolver-node
