//! A number that may not be known, in the space of the number.

/// What an inventory may leave open. A not-a-number of the source counts as not known.
#[derive(Debug, Clone, Copy)]
pub struct Known(f32);

impl Known {
    /// Not known.
    pub const NO: Self = Self(f32::NAN);

    /// The number, where it is known.
    pub fn get(self) -> Option<f32> {
        (!self.0.is_nan()).then_some(self.0)
    }
}

impl From<Option<f32>> for Known {
    fn from(number: Option<f32>) -> Self {
        number.map_or(Self::NO, Self)
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_stays_so_and_costs_no_space() {
        assert_eq!(Known::from(Some(0.0)).get(), Some(0.0));
        assert_eq!(Known::from(None), Known::NO);
        assert_eq!(Known::from(Some(f32::NAN)).get(), None);
        assert_eq!(size_of::<Known>(), size_of::<f32>());
    }
}
