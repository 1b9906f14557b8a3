//! Randomness from a seed: splitmix64, which is enough to choose faults and is the same everywhere.

/// A stream of choices.
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// An invented value of some kind that nothing else contains.
    pub(crate) fn value(&mut self, at: usize) -> String {
        let tag: String = (0..6).map(|_| char::from(b'a' + u8::try_from(self.below(26)).unwrap())).collect();
        match self.below(5) {
            0 => format!("{tag}.{at}@kestrelmoor.org"),
            1 => format!("Orla {}{at}", capital(&tag)),
            2 => format!("渐冷{tag}{at}"),
            3 => format!("He said \"{tag}{at}\" \\ twice"),
            _ => format!("Project {}-{at}", tag.to_uppercase()),
        }
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}
