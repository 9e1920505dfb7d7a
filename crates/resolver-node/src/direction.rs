//! Directions, from the JSON that the owner of a namespace sends.

use dns_client::{Canary, Direction};

use crate::decimal;
use crate::options::{Given, Result, element, expected, narrowed};

/// Reads a direction.
///
/// # Errors
/// `path: what is expected`, as for options.
pub(crate) fn parse(json: &str) -> Result<Direction> {
    let mut given = Given::read(json)?;
    // It tells directions apart for whoever sends them.
    given.required_number("version", u64::MAX)?;
    // Null where there is none.
    given.take("canary");
    let candidate = given.upstream("canary.upstream")?;
    let share = candidate.map(|_| given.required_share("canary.share")).transpose()?;
    let direction = Direction {
        text: json.to_owned(),
        namespace: given.required_text("namespace")?,
        order: given.upstreams("order")?,
        down: given.upstreams("down")?,
        scores: given.list("scores", Given::share)?,
        fallback_leads: given.required_boolean("fallbackLeads")?,
        racing: given.required_boolean("racing")?,
        canary: candidate.zip(share).map(|(upstream, share)| Canary { upstream, share }),
        shadow: given.upstream("shadow")?,
        two_choices: match given.required_text("selection")?.as_str() {
            "two-choices" => true,
            "in-order" => false,
            _ => return Err(expected("selection", "\"in-order\" or \"two-choices\"")),
        },
        exploration: given.required_share("exploration")?,
    };
    given.end()?;
    Ok(direction)
}

impl Given {
    fn upstream(&mut self, path: &str) -> Result<Option<u16>> {
        Ok(self.number(path, u16::MAX.into())?.map(narrowed))
    }

    fn upstreams(&mut self, path: &str) -> Result<Vec<u16>> {
        self.list(path, Self::upstream)
    }

    fn list<T>(&mut self, path: &str, of: impl Fn(&mut Self, &str) -> Result<Option<T>>) -> Result<Vec<T>> {
        // An empty one.
        self.take(path);
        let mut list = Vec::new();
        while let Some(item) = of(self, &element(path, list.len()))? {
            list.push(item);
        }
        Ok(list)
    }

    fn share(&mut self, path: &str) -> Result<Option<f64>> {
        let Some(word) = self.word(path) else { return Ok(None) };
        decimal::share(&word).map(Some).ok_or_else(|| expected(path, "a number from 0 to 1"))
    }

    fn required_share(&mut self, path: &str) -> Result<f64> {
        self.share(path)?.ok_or_else(|| expected(path, "a number from 0 to 1"))
    }

    fn required_boolean(&mut self, path: &str) -> Result<bool> {
        self.boolean(path)?.ok_or_else(|| expected(path, "true or false"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"namespace":"ab","version":3,"order":[1,0],"down":[0],"scores":[0.5,1],"fallbackLeads":true,
        "racing":false,"canary":{"upstream":0,"share":0.05},"shadow":0,"selection":"two-choices","exploration":0.02}"#;

    #[test]
    fn all_of_it() {
        let direction = Direction {
            text: WHOLE.to_owned(),
            namespace: "ab".to_owned(),
            order: vec![1, 0],
            down: vec![0],
            scores: vec![0.5, 1.0],
            fallback_leads: true,
            racing: false,
            canary: Some(Canary { upstream: 0, share: 0.05 }),
            shadow: Some(0),
            two_choices: true,
            exploration: 0.02,
        };
        assert_eq!(parse(WHOLE), Ok(direction));
    }

    #[test]
    fn the_least() {
        let json = r#"{"namespace":"","version":1,"order":[],"down":[],"scores":[],"fallbackLeads":false,"racing":false,
            "canary":null,"shadow":null,"selection":"in-order","exploration":0}"#;
        assert_eq!(parse(json), Ok(Direction { text: json.to_owned(), ..Direction::default() }));
    }

    #[test]
    fn errors_name_the_path() {
        for (good, bad, error) in [
            ("[1,0]", "[1,-1]", "order[1]: a whole number up to 65535 is expected"),
            ("0.05", "1.5", "canary.share: a number from 0 to 1 is expected"),
            ("[0.5,1]", "[0.5,2]", "scores[1]: a number from 0 to 1 is expected"),
            ("\"two-choices\"", "\"random\"", "selection: \"in-order\" or \"two-choices\" is expected"),
            ("\"racing\":false", "\"racing\":0", "racing: true or false is expected"),
            ("\"version\":3,", "", "version: a value is expected"),
            ("\"shadow\":0", "\"shadow\":0,\"speed\":1", "speed: unknown"),
        ] {
            assert_eq!(parse(&WHOLE.replace(good, bad)).unwrap_err(), error);
        }
    }
}
