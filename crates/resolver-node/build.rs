//! Link arguments of a Node addon, `-z nodelete` among them.

fn main() {
    napi_build::setup();
}
