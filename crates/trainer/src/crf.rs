//! The conditional random field in training: weights in floating point, expected tags by forward and backward sums, AdaGrad.

use detect::tagger::decode::{may_end, may_follow};
use detect::tagger::weights::{LANES, TAGS};

use crate::network::Scorer;
use crate::random::Random;

/// Gradients below this change nothing that is worth the time.
pub(crate) const GRADIENT_MIN: f32 = 0.002;

const EPSILON: f32 = 1e-6;

/// A line of tokens: rows of each, and the tags that each may have as a bit set.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    /// Rows of all tokens.
    pub(crate) rows: Vec<u32>,
    /// Where the rows of each token end.
    pub(crate) ends: Vec<u32>,
    /// Tags that each token may have.
    pub(crate) allowed: Vec<u32>,
}

/// Weights in training.
#[derive(Debug)]
pub(crate) struct Crf {
    rows: Vec<[f32; LANES]>,
    squares: Vec<[f32; LANES]>,
    transitions: [[f32; TAGS]; TAGS],
    transition_squares: [[f32; TAGS]; TAGS],
    work: Work,
}

/// How a step is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Length.
    pub(crate) rate: f32,
    /// Share of features left out.
    pub(crate) dropout: f32,
    /// Pull to nought.
    pub(crate) decay: f32,
    /// Cost of a miss.
    pub(crate) miss: f32,
}

/// A number for each tag.
pub(crate) type Scores = [f32; TAGS];

#[derive(Debug, Default)]
struct Work {
    kept: Vec<u32>,
    kept_ends: Vec<u32>,
    potentials: Vec<Scores>,
    wanted: Vec<Scores>,
    forward: Vec<Scores>,
    backward: Vec<Scores>,
    sums: Vec<f32>,
    unary: Vec<Scores>,
}

impl Crf {
    /// All nought.
    pub(crate) fn new(bits: u32) -> Self {
        Self {
            rows: vec![[0.0; LANES]; 1 << bits],
            squares: vec![[0.0; LANES]; 1 << bits],
            transitions: [[0.0; TAGS]; TAGS],
            transition_squares: [[0.0; TAGS]; TAGS],
            work: Work::default(),
        }
    }

    /// One step on one line. Gives the loss.
    pub(crate) fn learn(&mut self, sequence: &Sequence, step: Step, random: &mut Random) -> f32 {
        let mut work = std::mem::take(&mut self.work);
        self.keep(sequence, step, random, &mut work);
        let factors = self.factors();
        work.wanted.clear();
        for (potentials, allowed) in work.potentials.iter().zip(&sequence.allowed) {
            let mut wanted = *potentials;
            for (tag, value) in wanted.iter_mut().enumerate() {
                if allowed >> tag & 1 == 0 {
                    *value = 0.0;
                }
            }
            work.wanted.push(wanted);
        }
        if step.miss != 0.0 {
            let more = exp(step.miss);
            for (potentials, allowed) in work.potentials.iter_mut().zip(&sequence.allowed) {
                if allowed & 1 == 0 {
                    potentials[0] *= more;
                }
            }
        }
        let mut pairs = [[0.0_f32; TAGS]; TAGS];
        work.unary.clear();
        work.unary.resize(work.potentials.len(), [0.0; TAGS]);
        let Work { potentials, wanted, forward, backward, sums, unary, .. } = &mut work;
        let all = expect(potentials, &factors, -1.0, (forward, backward, sums), unary, &mut pairs);
        let gold = expect(wanted, &factors, 1.0, (forward, backward, sums), unary, &mut pairs);
        let loss = match (all, gold) {
            (Some(all), Some(gold)) => all - gold,
            _ => {
                self.work = work;
                return 0.0;
            }
        };
        self.update(&work, &pairs, step);
        self.work = work;
        loss
    }

    /// Leaves features out, and adds up the others.
    fn keep(&self, sequence: &Sequence, step: Step, random: &mut Random, work: &mut Work) {
        work.kept.clear();
        work.kept_ends.clear();
        work.potentials.clear();
        let left_out = (step.dropout * 256.0) as u64;
        let scale = 1.0 / (1.0 - step.dropout);
        let (mut from, mut bits, mut left) = (0, 0_u64, 0);
        for end in &sequence.ends {
            let end = *end as usize;
            let mut sums = [0.0_f32; LANES];
            for row in &sequence.rows[from..end] {
                if left == 0 {
                    (bits, left) = (random.next(), 8);
                }
                let is_out = bits & 0xFF < left_out;
                bits >>= 8;
                left -= 1;
                if is_out {
                    continue;
                }
                work.kept.push(*row);
                for (sum, weight) in sums.iter_mut().zip(&self.rows[*row as usize]) {
                    *sum += weight;
                }
            }
            from = end;
            work.kept_ends.push(work.kept.len() as u32);
            let mut potentials = [1.0; TAGS];
            for (potential, sum) in potentials[1..].iter_mut().zip(sums) {
                *potential = exp(sum * scale);
            }
            work.potentials.push(potentials);
        }
    }

    fn factors(&self) -> [[f32; TAGS]; TAGS] {
        let mut factors = [[0.0; TAGS]; TAGS];
        for (before, row) in factors.iter_mut().enumerate() {
            for (tag, factor) in row.iter_mut().enumerate() {
                if may_follow(before as u8, tag as u8) {
                    *factor = exp(self.transitions[before][tag]);
                }
            }
        }
        factors
    }

    fn update(&mut self, work: &Work, pairs: &[[f32; TAGS]; TAGS], step: Step) {
        let mut from = 0;
        for (unary, end) in work.unary.iter().zip(&work.kept_ends) {
            let end = *end as usize;
            let rows = &work.kept[from..end];
            from = end;
            let mut gradient = [0.0_f32; LANES];
            gradient.copy_from_slice(&unary[1..]);
            if gradient.iter().all(|value| value.abs() < GRADIENT_MIN) {
                continue;
            }
            for row in rows {
                let weights = &mut self.rows[*row as usize];
                let squares = &mut self.squares[*row as usize];
                for ((weight, square), gradient) in weights.iter_mut().zip(squares).zip(&gradient) {
                    let slope = gradient - step.decay * *weight;
                    *square += slope * slope;
                    *weight += step.rate * slope / (*square + EPSILON).sqrt();
                }
            }
        }
        for before in 0..TAGS {
            for tag in 0..TAGS {
                let slope = pairs[before][tag];
                if slope != 0.0 {
                    let square = &mut self.transition_squares[before][tag];
                    *square += slope * slope;
                    self.transitions[before][tag] += step.rate * slope / (*square + EPSILON).sqrt();
                }
            }
        }
    }
}

/// The exponential function by additions and multiplications alone, so that each machine gives the same bits; good to six digits,
/// between the values that it is needed for.
pub(crate) fn exp(value: f32) -> f32 {
    let value = value.clamp(-30.0, 30.0) * std::f32::consts::LOG2_E;
    let whole = (value + 0.5).floor();
    let rest = (value - whole) * std::f32::consts::LN_2;
    let mut sum = 1.0 / 720.0;
    for factor in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum * rest + factor;
    }
    // The exponent of the power of two; between -44 and 44 it always fits.
    sum * f32::from_bits(((whole as i32 + 127) as u32) << 23)
}

pub(crate) type Sums<'a> = (&'a mut Vec<Scores>, &'a mut Vec<Scores>, &'a mut Vec<f32>);

/// Adds `sign` times the expected tags and pairs of tags to `unary` and `pairs`. Gives the logarithm of the sum over all
/// sequences, or `None` where there is none.
pub(crate) fn expect(
    potentials: &[Scores],
    factors: &[[f32; TAGS]; TAGS],
    sign: f32,
    (forward, backward, sums): Sums<'_>,
    unary: &mut [Scores],
    pairs: &mut [[f32; TAGS]; TAGS],
) -> Option<f32> {
    forward.clear();
    sums.clear();
    let mut log = 0.0_f64;
    let mut before: Scores = [0.0; TAGS];
    before[0] = 1.0;
    for (index, potentials) in potentials.iter().enumerate() {
        let mut next = [0.0_f32; TAGS];
        for (value, row) in before.iter().zip(factors) {
            if *value > 0.0 {
                for (next, factor) in next.iter_mut().zip(row) {
                    *next += value * factor;
                }
            }
        }
        for (tag, (next, potential)) in next.iter_mut().zip(potentials).enumerate() {
            let is_ended = index + 1 < unary.len() || may_end(tag as u8);
            *next = if is_ended { *next * potential } else { 0.0 };
        }
        let sum: f32 = next.iter().sum();
        if sum.is_nan() || sum <= 0.0 {
            return None;
        }
        next.iter_mut().for_each(|value| *value /= sum);
        log += f64::from(sum.ln());
        sums.push(sum);
        forward.push(next);
        before = next;
    }
    backward.clear();
    backward.resize(potentials.len(), [1.0; TAGS]);
    for index in (0..potentials.len()).rev() {
        let after = backward[index];
        let mut weighted = [0.0_f32; TAGS];
        for (tag, weighted) in weighted.iter_mut().enumerate() {
            unary[index][tag] += sign * forward[index][tag] * after[tag];
            let is_ended = index + 1 < potentials.len() || may_end(tag as u8);
            *weighted = if is_ended { potentials[index][tag] * after[tag] / sums[index] } else { 0.0 };
        }
        let mut first = [0.0; TAGS];
        first[0] = 1.0;
        let before = if index == 0 { &first } else { &forward[index - 1] };
        let mut behind = [0.0_f32; TAGS];
        for tag in 0..TAGS {
            let row = &factors[tag];
            let mut sum = 0.0;
            for next in 0..TAGS {
                let share = row[next] * weighted[next];
                sum += share;
                pairs[tag][next] += sign * before[tag] * share;
            }
            behind[tag] = sum;
        }
        if index > 0 {
            backward[index - 1] = behind;
        }
    }
    Some(log as f32)
}

impl Scorer for Crf {
    fn scores(&self, sequence: &Sequence) -> Vec<Scores> {
        let mut from = 0;
        let mut found = Vec::new();
        for end in &sequence.ends {
            let mut scores = [0.0; TAGS];
            for row in &sequence.rows[from..*end as usize] {
                for (sum, weight) in scores[1..].iter_mut().zip(&self.rows[*row as usize]) {
                    *sum += weight;
                }
            }
            from = *end as usize;
            found.push(scores);
        }
        found
    }

    fn transitions(&self) -> &[Scores; TAGS] {
        &self.transitions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_function_is_near_that_of_the_machine() {
        for step in -3000_i16..3000 {
            let value = f32::from(step) / 100.0;
            assert!((exp(value) / value.exp() - 1.0).abs() < 2e-5, "{value}");
        }
    }

    #[test]
    fn what_is_learned_is_likely_afterwards() {
        let mut crf = Crf::new(4);
        let sequence = Sequence { rows: vec![1, 2, 3], ends: vec![1, 2, 3], allowed: vec![1, 1 << 4, 1] };
        let step = Step { rate: 0.2, dropout: 0.0, decay: 0.0, miss: 0.0 };
        let mut random = Random::new(1);
        let first = crf.learn(&sequence, step, &mut random);
        let last = (0..50).map(|_| crf.learn(&sequence, step, &mut random)).last().unwrap();
        assert!(last < first / 10.0, "{first} {last}");
    }
}
