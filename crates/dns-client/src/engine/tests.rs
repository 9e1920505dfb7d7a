//! The engine played without sockets or clocks.

mod aliases;
mod attempts;
mod cache_rules;
mod cookies;
mod discretion;
mod failover;
mod fallbacks;
mod families;
mod flights;
mod forgery;
mod guidance;
mod legs;
mod overload;
mod pace;
mod patience;
mod play;
mod ports;
mod privacy;
mod records;
mod refresh;
mod routes;
mod settlement;
mod split_horizon;
mod stale;
mod streams;
mod world;
