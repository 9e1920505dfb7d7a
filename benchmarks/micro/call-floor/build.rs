//! Symbols of Node are resolved when it loads the library.

fn main() {
    napi_build::setup();
}
