//! Which variants of very many are shown: the first that count, and those that move farthest. Kept by their places, since
//! most that are picked are pushed out again.

const WORST: usize = 20;
const SAMPLE: usize = 50;

/// Places of variants that are shown.
#[derive(Default)]
pub(super) struct Picked {
    sample: Vec<usize>,
    /// Distance in basis points and place, the farthest first.
    worst: Vec<(u64, usize)>,
}

impl Picked {
    /// Takes the variant into the sample, if there is room.
    #[inline]
    pub(super) fn sample(&mut self, place: usize) {
        if self.sample.len() < SAMPLE {
            self.sample.push(place);
        }
    }

    /// Takes the variant among the worst, if it moves farther than one of them. Of equal ones the first stay.
    #[inline]
    pub(super) fn moved(&mut self, place: usize, basis_points: Option<i64>) {
        let distance = basis_points.map_or(0, i64::unsigned_abs);
        let is_full = self.worst.len() == WORST;
        if distance == 0 || is_full && self.worst.last().is_some_and(|(least, _)| distance <= *least) {
            return;
        }
        let at = self.worst.partition_point(|(other, _)| *other >= distance);
        self.worst.insert(at, (distance, place));
        self.worst.truncate(WORST);
    }

    /// What is shown of the worst, and of the sample.
    pub(super) fn shown<T>(self, show: impl Fn(usize) -> Option<T>) -> (Vec<T>, Vec<T>) {
        let worst = self.worst.iter().filter_map(|(_, place)| show(*place)).collect();
        (worst, self.sample.into_iter().filter_map(show).collect())
    }
}
