//! Shares as JavaScript writes them. What the standard library reads any float with is a sixtieth of the addon.

/// The number that `word` says, from 0 to 1: digits with or without a point, and an exponent (`1e-7`). It is the closest
/// float if there are 15 digits at most and no more than 22 places, else that or one close to it.
pub(crate) fn share(word: &str) -> Option<f64> {
    let (digits, exponent) = word.split_once(['e', 'E']).unwrap_or((word, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() {
        return None;
    }
    let mantissa = whole.bytes().chain(fraction.bytes()).try_fold(0_u64, |mantissa, octet| {
        let digit = char::from(octet).to_digit(10)?;
        mantissa.checked_mul(10)?.checked_add(digit.into())
    })?;
    let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
    #[expect(clippy::cast_precision_loss, reason = "as documented")]
    let mantissa = mantissa as f64;
    let power = power_of_ten(places.unsigned_abs());
    let share = if places < 0 { mantissa * power } else { mantissa / power };
    (0.0..=1.0).contains(&share).then_some(share)
}

/// Exact up to 22, then close. It ends where a share is next to nothing.
fn power_of_ten(exponent: u32) -> f64 {
    (0..exponent.min(300)).fold(1.0, |power, _| power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn numbers_from_zero_to_one() {
        for (word, expected) in [
            ("0", 0.0),
            ("1", 1.0),
            ("0.05", 0.05),
            ("0.1", 0.1),
            ("1.0", 1.0),
            ("1e-7", 1e-7),
            ("2.5E-1", 0.25),
            ("0.01e+1", 0.1),
            ("0e400", 0.0),
        ] {
            assert_eq!(share(word), Some(expected), "{word}");
        }
        for word in [
            "",
            ".5",
            "-0.1",
            "1.1",
            "2",
            "1e1",
            "x",
            "0.x",
            "1e",
            "1e99999999999",
            "NaN",
            "0.12345678901234567890123",
        ] {
            assert_eq!(share(word), None, "{word}");
        }
    }

    #[test]
    fn what_javascript_writes_is_read_closely() {
        for word in
            ["0.30000000000000004", "0.9999999999999999", "0.1234567890123456", "0.000001234567890123"]
        {
            let exact: f64 = word.parse().unwrap();
            assert!((share(word).unwrap() - exact).abs() <= 2.0 * exact * f64::EPSILON, "{word}");
        }
    }
}
