//! 95 % intervals: Wilson's for shares of documents, the bootstrap for everything that is computed from sums over documents.
//!
//! The bootstrap gives each document a Poisson(1) weight in each of the draws, which is resampling with replacement for many
//! documents and lets those that add nothing be left out. Weights come from a hash of draw and document with a fixed seed:
//! the same data give the same intervals on every machine.

/// Draws of the bootstrap.
const DRAWS: u64 = 1_000;
const SEED: u64 = 0x5EED_0012;

/// A figure and its 95 % interval, as shares of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// A share of counted things, with Wilson's interval (E. B. Wilson, 1927); `None` where nothing was counted.
pub(crate) fn wilson(hits: u64, count: u64) -> Option<Figure> {
    if count == 0 {
        return None;
    }
    let (z, n) = (1.959_964_f64, count as f64);
    let value = hits as f64 / n;
    let middle = value + z * z / (2.0 * n);
    let half = z * (value * (1.0 - value) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    Some(Figure { value, low: ((middle - half) / scale).max(0.0), high: ((middle + half) / scale).min(1.0) })
}

/// Figures computed from the sum of the rows, one interval for each. A row belongs to the document with this number.
///
/// Figures that cannot be computed from all rows are `None`; draws in which one cannot be computed are passed over.
pub(crate) fn bootstrap<const N: usize, const M: usize>(
    rows: &[(usize, [u64; N])],
    figures: impl Fn(&[f64; N]) -> [Option<f64>; M],
) -> [Option<Figure>; M] {
    let mut all = [0.0; N];
    for (_, row) in rows {
        add(&mut all, row, 1.0);
    }
    let mut draws: [Vec<f64>; M] = std::array::from_fn(|_| Vec::new());
    for draw in 0..DRAWS {
        let mut sum = [0.0; N];
        for (document, row) in rows {
            let weight = weight(draw, *document);
            if weight > 0.0 {
                add(&mut sum, row, weight);
            }
        }
        for (values, value) in draws.iter_mut().zip(figures(&sum)) {
            values.extend(value);
        }
    }
    let mut draws = draws.into_iter();
    figures(&all).map(|value| {
        let mut values = draws.next().unwrap_or_default();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values.get(((values.len() as f64 - 1.0) * share).round() as usize).copied();
        let value = value?;
        Some(Figure { value, low: at(0.025).unwrap_or(value), high: at(0.975).unwrap_or(value) })
    })
}

fn add<const N: usize>(sum: &mut [f64; N], row: &[u64; N], weight: f64) {
    for (sum, value) in sum.iter_mut().zip(row) {
        *sum += *value as f64 * weight;
    }
}

/// How often a document is drawn: Poisson with mean 1, by inversion.
fn weight(draw: u64, document: usize) -> f64 {
    let hash = mixed(mixed(SEED.wrapping_add(draw)).wrapping_add(document as u64));
    let mut uniform = (hash >> 11) as f64 / (1_u64 << 53) as f64;
    let (mut chance, mut count) = ((-1.0_f64).exp(), 0.0);
    while uniform >= chance && count < 12.0 {
        uniform -= chance;
        count += 1.0;
        chance /= count;
    }
    count
}

/// The mixing step of SplitMix64 (Steele, Lea and Flood, 2014).
fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_gives_the_textbook_interval() {
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0 to 0.1611.
        let figure = wilson(81, 263).unwrap();
        assert!((figure.low - 0.2553).abs() < 5e-5 && (figure.high - 0.3662).abs() < 5e-5, "{figure:?}");
        let figure = wilson(0, 20).unwrap();
        assert!(figure.low == 0.0 && (figure.high - 0.1611).abs() < 5e-5, "{figure:?}");
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn weights_have_mean_and_variance_one() {
        let weights: Vec<f64> = (0..200).flat_map(|draw| (0..100).map(move |d| weight(draw, d))).collect();
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let variance = weights.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / weights.len() as f64;
        assert!((mean - 1.0).abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    #[test]
    fn the_bootstrap_is_near_the_binomial_and_the_same_each_time() {
        let rows: Vec<(usize, [u64; 2])> = (0..400).map(|at| (at, [u64::from(at % 4 == 0), 1])).collect();
        let share = |sum: &[f64; 2]| [(sum[1] > 0.0).then(|| sum[0] / sum[1])];
        let [figure] = bootstrap(&rows, share);
        let figure = figure.unwrap();
        assert!((figure.value - 0.25).abs() < 1e-9);
        assert!((figure.low - 0.208).abs() < 0.01 && (figure.high - 0.292).abs() < 0.01, "{figure:?}");
        assert_eq!(bootstrap(&rows, share), [Some(figure)]);
    }
}
