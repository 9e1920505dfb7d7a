//! A slab whose handles go stale when their occupant leaves.

use std::marker::PhantomData;

/// Names one occupant; a later occupant of the same place has another generation.
#[derive(Debug)]
pub(crate) struct Id<T> {
    pub(crate) index: u32,
    pub(crate) generation: u32,
    occupant: PhantomData<fn() -> T>,
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.generation == other.generation
    }
}
impl<T> Eq for Id<T> {}

impl<T> Id<T> {
    pub(crate) const fn new(index: u32, generation: u32) -> Self {
        Self { index, generation, occupant: PhantomData }
    }
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    occupant: Option<T>,
}

/// Occupants in numbered places.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(crate) fn insert(&mut self, occupant: T) -> Id<T> {
        if let Some(index) = self.free.pop() {
            let place = &mut self.places[index as usize];
            place.occupant = Some(occupant);
            return Id::new(index, place.generation);
        }
        let index = u32::try_from(self.places.len()).expect("bounded far below 2³² by the overload limits");
        self.places.push(Place { generation: 0, occupant: Some(occupant) });
        Id::new(index, 0)
    }

    pub(crate) fn get(&self, id: Id<T>) -> Option<&T> {
        let place = self.places.get(id.index as usize)?;
        if place.generation == id.generation { place.occupant.as_ref() } else { None }
    }

    pub(crate) fn get_mut(&mut self, id: Id<T>) -> Option<&mut T> {
        let place = self.places.get_mut(id.index as usize)?;
        if place.generation == id.generation { place.occupant.as_mut() } else { None }
    }

    /// The occupant of a place, whatever its generation.
    pub(crate) fn at_mut(&mut self, index: u32) -> Option<&mut T> {
        self.places.get_mut(index as usize)?.occupant.as_mut()
    }

    pub(crate) fn at(&self, index: u32) -> Option<&T> {
        self.places.get(index as usize)?.occupant.as_ref()
    }

    pub(crate) fn remove(&mut self, id: Id<T>) -> Option<T> {
        let place = self.places.get_mut(id.index as usize)?;
        if place.generation != id.generation {
            return None;
        }
        let occupant = place.occupant.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(id.index);
        Some(occupant)
    }

    /// Drops an occupant where it is.
    pub(crate) fn discard(&mut self, id: Id<T>) {
        if let Some(place) = self.places.get_mut(id.index as usize)
            && place.generation == id.generation
            && place.occupant.is_some()
        {
            place.occupant = None;
            place.generation = place.generation.wrapping_add(1);
            self.free.push(id.index);
        }
    }

    /// The handle of whoever is at a place now.
    pub(crate) fn id_at(&self, index: u32) -> Option<Id<T>> {
        let place = self.places.get(index as usize)?;
        place.occupant.as_ref().map(|_| Id::new(index, place.generation))
    }

    pub(crate) fn ids(&self) -> Vec<Id<T>> {
        (0u32..)
            .zip(&self.places)
            .filter(|(_, place)| place.occupant.is_some())
            .map(|(index, place)| Id::new(index, place.generation))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn a_handle_does_not_reach_the_next_occupant() {
        let mut slots = Slots::default();
        let first = slots.insert("first");
        assert_eq!(slots.remove(first), Some("first"));
        let second = slots.insert("second");
        assert_eq!(second.index, first.index);
        assert_eq!(slots.get(first), None);
        assert_eq!(slots.remove(first), None);
        assert_eq!(slots.get(second), Some(&"second"));
        assert_eq!(slots.len(), 1);
    }
}
