//! Sorting by a number. A sort of its own for each type of element would be a twentieth of the addon.

/// The elements by rising key; those of equal keys stay in the order they came in.
pub(crate) fn sorted_by_key<T>(elements: Vec<T>, mut key: impl FnMut(&T) -> u128) -> Vec<T> {
    let mut order: Vec<(u128, usize)> =
        elements.iter().enumerate().map(|(place, element)| (key(element), place)).collect();
    order.sort_unstable();
    let mut elements: Vec<Option<T>> = elements.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, place)| elements[place].take()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_stable_sort(keys in proptest::collection::vec(0..20_u8, 0..100)) {
            let elements: Vec<(u8, usize)> = keys.into_iter().enumerate().map(|(place, key)| (key, place)).collect();
            let mut expected = elements.clone();
            expected.sort_by_key(|&(key, _)| key);
            prop_assert_eq!(sorted_by_key(elements, |&(key, _)| key.into()), expected);
        }
    }
}
