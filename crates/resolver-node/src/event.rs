//! News for an environment, as JSON.

use dns_client::Event;

use crate::json::push_object;

/// `{"event": …}`, with what belongs to it.
pub(crate) fn to_json(event: &Event) -> String {
    let mut out = String::new();
    push_object(&mut out, |object| match event {
        Event::FileChanged(path) => {
            object.text("event", "file-changed");
            object.text("path", path);
        }
        Event::Samples(handle) => {
            object.text("event", "samples");
            object.number("handle", *handle);
        }
        Event::Warning(message) => {
            object.text("event", "warning");
            object.text("message", message);
        }
        Event::Resumed => object.text("event", "resumed"),
        Event::NetworkChanged => object.text("event", "network-changed"),
        Event::RefusedSuffix { handle, suffix } => {
            object.text("event", "refused-suffix");
            object.number("handle", u64::from(*handle));
            object.text("suffix", suffix);
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_event_and_what_belongs_to_it() {
        for (event, json) in [
            (Event::FileChanged("/a \"b\"".to_owned()), r#"{"event":"file-changed","path":"/a \"b\""}"#),
            (Event::Samples(7), r#"{"event":"samples","handle":7}"#),
            (Event::Warning("line 1".to_owned()), r#"{"event":"warning","message":"line 1"}"#),
            (Event::Resumed, r#"{"event":"resumed"}"#),
            (
                Event::RefusedSuffix { handle: 3, suffix: "internal".to_owned() },
                r#"{"event":"refused-suffix","handle":3,"suffix":"internal"}"#,
            ),
            (Event::NetworkChanged, r#"{"event":"network-changed"}"#),
        ] {
            assert_eq!(to_json(&event), json);
        }
    }
}
