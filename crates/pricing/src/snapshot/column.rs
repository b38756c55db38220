//! A column of numbers that may be missing, as narrow as what is in it: the distance from the least, in 0 to 8 bytes.

/// Numbers by place. Written once.
#[derive(Debug)]
pub(super) struct Column {
    least: i64,
    codes: Codes,
}

/// Zero stands for a missing number, others for the distance from the least, and one.
#[derive(Debug)]
enum Codes {
    Same(Option<i64>),
    One(Box<[u8]>),
    Two(Box<[u16]>),
    Four(Box<[u32]>),
    /// Too far apart for a distance; as they are.
    Plain(Box<[Option<i64>]>),
}

impl Column {
    pub(super) fn pack(values: &[Option<i64>]) -> Self {
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for value in values.iter().flatten() {
            (least, most) = (least.min(*value), most.max(*value));
        }
        let first = values.first().copied().flatten();
        if values.iter().all(|value| *value == first) {
            return Self { least: 0, codes: Codes::Same(first) };
        }
        let codes = match i128::from(most) - i128::from(least) + 1 {
            span if span <= i128::from(u8::MAX) => Codes::One(codes(values, least)),
            span if span <= i128::from(u16::MAX) => Codes::Two(codes(values, least)),
            span if span <= i128::from(u32::MAX) => Codes::Four(codes(values, least)),
            _ => Codes::Plain(values.into()),
        };
        Self { least, codes }
    }

    #[inline]
    pub(super) fn get(&self, place: usize) -> Option<i64> {
        let code = match &self.codes {
            Codes::Same(value) => return *value,
            Codes::One(codes) => i64::from(codes[place]),
            Codes::Two(codes) => i64::from(codes[place]),
            Codes::Four(codes) => i64::from(codes[place]),
            Codes::Plain(values) => return values[place],
        };
        if code == 0 { None } else { Some(self.least + (code - 1)) }
    }

    /// Hands the numbers at the places below `end` to `visit`.
    #[inline]
    pub(super) fn each(&self, end: usize, mut visit: impl FnMut(usize, Option<i64>)) {
        match &self.codes {
            Codes::Same(value) => (0..end).for_each(|place| visit(place, *value)),
            Codes::One(codes) => self.decoded(codes, visit),
            Codes::Two(codes) => self.decoded(codes, visit),
            _ => (0..end).for_each(|place| visit(place, self.get(place))),
        }
    }

    #[inline]
    fn decoded<T: Copy + Into<i64>>(&self, codes: &[T], mut visit: impl FnMut(usize, Option<i64>)) {
        for (place, code) in codes.iter().enumerate() {
            let code: i64 = (*code).into();
            visit(place, if code == 0 { None } else { Some(self.least + (code - 1)) });
        }
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        match &self.codes {
            Codes::Same(_) => 0,
            Codes::One(codes) => size_of_val::<[u8]>(codes),
            Codes::Two(codes) => size_of_val::<[u16]>(codes),
            Codes::Four(codes) => size_of_val::<[u32]>(codes),
            Codes::Plain(values) => size_of_val::<[Option<i64>]>(values),
        }
    }
}

/// Only for numbers whose distance from `least` fits, which the caller has looked at.
fn codes<T: TryFrom<i64> + Default>(values: &[Option<i64>], least: i64) -> Box<[T]> {
    let code = |value: &Option<i64>| {
        let code = value.map_or(0, |value| value - least + 1);
        T::try_from(code).unwrap_or_default()
    };
    values.iter().map(code).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes_of(values: &[Option<i64>]) -> usize {
        let column = Column::pack(values);
        for (place, value) in values.iter().enumerate() {
            assert_eq!(column.get(place), *value, "{place} of {values:?}");
        }
        column.heap_bytes()
    }

    #[test]
    fn a_column_is_as_narrow_as_what_is_in_it() {
        assert_eq!(bytes_of(&[]), 0);
        assert_eq!(bytes_of(&[None; 9]), 0);
        assert_eq!(bytes_of(&[Some(i64::MIN); 9]), 0);
        assert_eq!(bytes_of(&[None, Some(1_700_000_000)]), 2);
        assert_eq!(bytes_of(&[Some(-3), Some(251)]), 2);
        assert_eq!(bytes_of(&[Some(-3), Some(252)]), 4);
        assert_eq!(bytes_of(&[Some(0), Some(65_534), None]), 6);
        assert_eq!(bytes_of(&[Some(0), Some(65_535), None]), 12);
        assert_eq!(bytes_of(&[Some(1), Some(i64::from(u32::MAX))]), 8);
        assert_eq!(bytes_of(&[Some(0), Some(i64::from(u32::MAX))]), 32);
        assert_eq!(bytes_of(&[Some(i64::MIN), Some(i64::MAX), None]), 48);
    }

    proptest! {
        #[test]
        fn every_number_comes_back(
            values in prop::collection::vec(prop::option::weighted(0.8, any::<i64>()), 0..40),
            shift in 0_u32..63,
        ) {
            let values: Vec<Option<i64>> = values.into_iter().map(|value| value.map(|v| v >> shift)).collect();
            bytes_of(&values);
        }
    }
}
