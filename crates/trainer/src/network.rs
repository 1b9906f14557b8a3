//! The family that ships: each feature is a vector, their sum goes through a layer of hidden units and then becomes scores of tags; a
//! conditional random field of neighbouring tags stands on top.
//!
//! The linear field (`crf`), where each feature adds to the tags at once, is the other family. `--families` trains both on the same
//! lines and sets them side by side, see `models/training.md`.

use detect::tagger::decode::{OUTSIDE, may_end, may_follow};
use detect::tagger::weights::{NEVER, TAGS, WIDTH, Weights};

use crate::crf::{GRADIENT_MIN, Scores, Sequence, Step, exp, expect};
use crate::random::Random;
use crate::train::Tables;

/// Scores are logarithms of odds, times this.
const UNIT: u32 = 64;

const EPSILON: f32 = 1e-6;

type Vector = [f32; WIDTH];

/// What gives scores for a line of tokens.
pub(crate) trait Scorer {
    /// The score of each tag for each token, the outside tag at nought.
    fn scores(&self, sequence: &Sequence) -> Vec<Scores>;

    /// What a tag adds after another.
    fn transitions(&self) -> &[Scores; TAGS];
}

/// The network.
#[derive(Debug)]
pub(crate) struct Network {
    rows: Vec<Vector>,
    row_squares: Vec<f32>,
    hidden: Vector,
    hidden_squares: Vector,
    outer: [Vector; TAGS],
    outer_squares: [Vector; TAGS],
    transitions: [Scores; TAGS],
    transition_squares: [Scores; TAGS],
}

impl Network {
    /// Small random numbers.
    pub(crate) fn new(bits: u32, random: &mut Random) -> Self {
        let mut draw = |size: f32| ((random.next() >> 40) as f32 / (1_u64 << 23) as f32 - 1.0) * size;
        let rows = (0..1_usize << bits).map(|_| std::array::from_fn(|_| draw(0.05))).collect();
        let mut outer = [[0.0; WIDTH]; TAGS];
        outer.iter_mut().skip(1).for_each(|row| *row = std::array::from_fn(|_| draw(0.3)));
        Self {
            rows,
            row_squares: vec![0.0; 1 << bits],
            hidden: [0.1; WIDTH],
            hidden_squares: [0.0; WIDTH],
            outer,
            outer_squares: [[0.0; WIDTH]; TAGS],
            transitions: [[0.0; TAGS]; TAGS],
            transition_squares: [[0.0; TAGS]; TAGS],
        }
    }

    fn token(&self, rows: impl Iterator<Item = u32>, scale: f32) -> (Vector, Scores) {
        let mut sum = [0.0; WIDTH];
        for row in rows {
            for (sum, value) in sum.iter_mut().zip(&self.rows[row as usize]) {
                *sum += value;
            }
        }
        let mut hidden = self.hidden;
        for (hidden, sum) in hidden.iter_mut().zip(sum) {
            *hidden = (*hidden + sum * scale).max(0.0);
        }
        let mut scores = [0.0; TAGS];
        for (score, outer) in scores.iter_mut().zip(&self.outer).skip(1) {
            *score = hidden.iter().zip(outer).map(|(hidden, outer)| hidden * outer).sum();
        }
        (hidden, scores)
    }

    /// One step on one line. Gives the loss.
    pub(crate) fn learn(&mut self, sequence: &Sequence, step: Step, random: &mut Random) -> f32 {
        let left_out = (step.dropout * 256.0) as u64;
        let scale = 1.0 / (1.0 - step.dropout);
        let (mut kept, mut ends, mut hiddens, mut potentials, mut wanted) =
            (vec![], vec![], vec![], vec![], vec![]);
        let mut from = 0;
        for (end, allowed) in sequence.ends.iter().zip(&sequence.allowed) {
            let start = kept.len();
            kept.extend(
                sequence.rows[from..*end as usize]
                    .iter()
                    .copied()
                    .filter(|_| random.next() >> 56 >= left_out),
            );
            from = *end as usize;
            let (hidden, scores) = self.token(kept[start..].iter().copied(), scale);
            ends.push(kept.len());
            hiddens.push(hidden);
            let mut potential = scores.map(exp);
            wanted
                .push(std::array::from_fn(|tag| if allowed >> tag & 1 == 1 { potential[tag] } else { 0.0 }));
            if allowed & 1 == 0 {
                potential[0] *= exp(step.miss);
            }
            potentials.push(potential);
        }
        let factors = factors(&self.transitions);
        let mut pairs = [[0.0; TAGS]; TAGS];
        let mut unary = vec![[0.0; TAGS]; potentials.len()];
        let (mut forward, mut backward, mut sums) = (vec![], vec![], vec![]);
        let all = expect(
            &potentials,
            &factors,
            -1.0,
            (&mut forward, &mut backward, &mut sums),
            &mut unary,
            &mut pairs,
        );
        let gold =
            expect(&wanted, &factors, 1.0, (&mut forward, &mut backward, &mut sums), &mut unary, &mut pairs);
        let (Some(all), Some(gold)) = (all, gold) else { return 0.0 };
        let mut from = 0;
        for ((unary, end), hidden) in unary.iter().zip(&ends).zip(&hiddens) {
            let rows = &kept[from..*end];
            from = *end;
            if unary[1..].iter().all(|value| value.abs() < GRADIENT_MIN) {
                continue;
            }
            let mut back = [0.0; WIDTH];
            for (tag, slope) in unary.iter().enumerate().skip(1) {
                for at in 0..WIDTH {
                    back[at] += slope * self.outer[tag][at];
                    adagrad(
                        &mut self.outer[tag][at],
                        &mut self.outer_squares[tag][at],
                        slope * hidden[at],
                        step.rate,
                    );
                }
            }
            for at in 0..WIDTH {
                back[at] = if hidden[at] > 0.0 { back[at] } else { 0.0 };
                adagrad(&mut self.hidden[at], &mut self.hidden_squares[at], back[at], step.rate * 0.2);
            }
            let square = back.iter().map(|value| value * value).sum::<f32>() / WIDTH as f32;
            for row in rows {
                let squares = &mut self.row_squares[*row as usize];
                *squares += square;
                let rate = step.rate / (*squares + EPSILON).sqrt();
                for (weight, slope) in self.rows[*row as usize].iter_mut().zip(&back) {
                    *weight += rate * (slope - step.decay * *weight);
                }
            }
        }
        for before in 0..TAGS {
            for tag in 0..TAGS {
                let slope = pairs[before][tag];
                if slope != 0.0 {
                    let weight = &mut self.transitions[before][tag];
                    adagrad(weight, &mut self.transition_squares[before][tag], slope, step.rate);
                }
            }
        }
        all - gold
    }
}

impl Network {
    /// The weights as the tagger reads them: rows as small integers, with one scale that nearly all of them fit into.
    pub(crate) fn quantised(&self, tables: Tables) -> Weights {
        let mut sizes: Vec<f32> = self.rows.as_flattened().iter().map(|weight| weight.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let largest = sizes.get(sizes.len() / 10_000 * 9_998).copied().unwrap_or(1.0).max(0.01);
        let row_worth = largest / 127.0;
        let mut transitions = [[NEVER; TAGS]; TAGS];
        for (before, row) in transitions.iter_mut().enumerate() {
            for (tag, value) in row.iter_mut().enumerate() {
                if may_follow(before as u8, tag as u8) {
                    *value = (self.transitions[before][tag] * UNIT as f32).round() as i16;
                }
            }
        }
        let small = |weight: f32| (weight / row_worth).round().clamp(-127.0, 127.0) as i8;
        Weights {
            checksum: [0; 32],
            bits: self.rows.len().trailing_zeros(),
            unit: UNIT,
            transitions,
            biases: [[[0; 4]; 4]; 3],
            row_worth,
            hidden: self.hidden,
            outer: std::array::from_fn(|unit| std::array::from_fn(|lane: usize| self.outer[lane + 1][unit])),
            rows: self.rows.as_flattened().iter().map(|weight| small(*weight) as u8).collect(),
            gazetteer: tables.gazetteer,
            classes: tables.classes,
        }
    }
}

/// The mean of a network at several moments.
#[derive(Debug, Default)]
pub(crate) struct Mean {
    sums: Vec<f32>,
    count: usize,
}

impl Mean {
    /// Adds the network as it is now.
    pub(crate) fn add(&mut self, network: &Network) {
        self.sums.resize(network.numbers().count(), 0.0);
        for (sum, number) in self.sums.iter_mut().zip(network.numbers()) {
            *sum += number;
        }
        self.count += 1;
    }

    /// The mean, in place of the network's own numbers.
    pub(crate) fn of(&self, mut network: Network) -> Network {
        if self.count > 0 {
            let count = self.count as f32;
            for (number, sum) in network.numbers_mut().zip(&self.sums) {
                *number = sum / count;
            }
        }
        network
    }
}

impl Network {
    fn numbers(&self) -> impl Iterator<Item = f32> + '_ {
        let rows = self.rows.as_flattened().iter().chain(&self.hidden);
        rows.chain(self.outer.as_flattened()).chain(self.transitions.as_flattened()).copied()
    }

    fn numbers_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        let rows = self.rows.as_flattened_mut().iter_mut().chain(&mut self.hidden);
        rows.chain(self.outer.as_flattened_mut()).chain(self.transitions.as_flattened_mut())
    }
}

impl Scorer for Network {
    fn scores(&self, sequence: &Sequence) -> Vec<Scores> {
        let mut from = 0;
        let mut scores = Vec::new();
        for end in &sequence.ends {
            let rows = &sequence.rows[from..*end as usize];
            from = *end as usize;
            scores.push(self.token(rows.iter().copied(), 1.0).1);
        }
        scores
    }

    fn transitions(&self) -> &[Scores; TAGS] {
        &self.transitions
    }
}

fn adagrad(weight: &mut f32, squares: &mut f32, slope: f32, rate: f32) {
    *squares += slope * slope;
    *weight += rate * slope / (*squares + EPSILON).sqrt();
}

fn factors(transitions: &[Scores; TAGS]) -> [Scores; TAGS] {
    std::array::from_fn(|before| {
        std::array::from_fn(|tag| {
            if may_follow(before as u8, tag as u8) { exp(transitions[before][tag]) } else { 0.0 }
        })
    })
}

/// Counts over tokens at one bias: marked ones, those of them left outside, others, those of them tagged.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tokens {
    pub(crate) marked: u64,
    pub(crate) leaked: u64,
    pub(crate) plain: u64,
    pub(crate) over: u64,
    pub(crate) exact: u64,
}

/// Tags lines with a bias for all but the outside tag, and counts.
pub(crate) fn count(scorer: &impl Scorer, lines: &[Sequence], bias: f32) -> Tokens {
    let mut counts = Tokens::default();
    for line in lines {
        let tags = best(&scorer.scores(line), scorer.transitions(), bias);
        for (tag, allowed) in tags.into_iter().zip(&line.allowed) {
            if allowed & 1 == 0 {
                counts.marked += 1;
                counts.leaked += u64::from(tag == OUTSIDE);
                counts.exact += u64::from(allowed >> tag & 1 == 1);
            } else {
                counts.plain += 1;
                counts.over += u64::from(allowed >> tag & 1 == 0);
            }
        }
    }
    counts
}

fn best(scores: &[Scores], transitions: &[Scores; TAGS], bias: f32) -> Vec<u8> {
    let mut sums = [f32::NEG_INFINITY; TAGS];
    sums[0] = 0.0;
    let mut came = Vec::new();
    for scores in scores {
        let (mut next, mut from) = ([f32::NEG_INFINITY; TAGS], [0_u8; TAGS]);
        for tag in 0..TAGS as u8 {
            for before in (0..TAGS as u8).filter(|before| may_follow(*before, tag)) {
                let (b, t) = (usize::from(before), usize::from(tag));
                let sum = sums[b] + transitions[b][t] + scores[t] + if tag == OUTSIDE { 0.0 } else { bias };
                if sum > next[t] {
                    (next[t], from[t]) = (sum, before);
                }
            }
        }
        sums = next;
        came.push(from);
    }
    let ends = (0..TAGS as u8).filter(|tag| may_end(*tag));
    let mut tag =
        ends.max_by(|a, b| sums[usize::from(*a)].total_cmp(&sums[usize::from(*b)])).unwrap_or(OUTSIDE);
    let mut tags = Vec::new();
    for from in came.iter().rev() {
        tags.push(tag);
        tag = from[usize::from(tag)];
    }
    tags.reverse();
    tags
}
