//! All meters of a gateway: what the law tables count, towards each recipient or for each app.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use registry::Day;
use sha2::{Digest, Sha256};
use types::DataClass;

use super::{Meter, Month, Sketch, SketchError, Window};
use crate::{Level, Meters};

/// Most meters in memory: a recipient beyond that shares the meter of all such, which can only count too many.
const METERS_MAX: usize = 1_024;
/// The recipient that stands for those beyond.
const OTHERS: &str = "others";

/// What stands before the name of an app where a meter counts for it. No id of a provider begins so.
const OF_APP: &str = "app:";

/// What there is one meter for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Per {
    /// Each recipient, over all apps: rules on transfers.
    Recipient,
    /// Each app, over all recipients: rules on a processing, such as its impact assessment.
    App,
}

/// What a meter counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterKind {
    /// Its name, e.g. `us_health`.
    pub name: String,
    /// What there is one meter for.
    pub per: Per,
    /// Whose data: people of this region.
    pub region: String,
    /// The classes of data.
    pub classes: BTreeSet<DataClass>,
    /// The time that the law counts over.
    pub window: Window,
    /// The number of people from which the law binds.
    pub threshold: u64,
    /// The law, for people.
    pub law: String,
}

/// A meter of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeterId {
    /// Name of the kind.
    pub kind: String,
    /// Who got the data: id of the provider; or the app that it is counted for, `app:NAME`.
    pub recipient: String,
}

impl MeterId {
    /// The app that it is counted for, where it is counted for one.
    pub fn app(&self) -> Option<&str> {
        self.recipient.strip_prefix(OF_APP)
    }
}

impl std::fmt::Display for MeterId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind, self.recipient)
    }
}

/// What is about to leave, as meters see it.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The app that sends it.
    pub app: &'a str,
    /// Id of the provider; `None` where no third party gets it.
    pub recipient: Option<&'a str>,
    /// The day (UTC).
    pub day: Day,
    /// The classes that the request holds: what an app works with.
    pub found: &'a BTreeSet<DataClass>,
    /// Those of them that leave, in clear or as surrogates: what a recipient gets.
    pub leaving: &'a BTreeSet<DataClass>,
    /// Where the people live; `None` where the app does not say: then everywhere.
    pub regions: Option<&'a BTreeSet<String>>,
    /// Keyed digests of the people.
    pub subjects: &'a [[u8; 32]],
}

/// A meter on which somebody was counted for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterChange {
    /// Which one.
    pub id: MeterId,
    /// In which month.
    pub month: Month,
    /// The level that it reached by that; `None` where it stays at its level.
    pub reached: Option<Level>,
}

/// How a meter stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterView {
    /// Which one.
    pub id: MeterId,
    /// About how many people.
    pub count: u64,
    /// From how many on the law binds.
    pub threshold: u64,
    /// How much of it is used up.
    pub level: Level,
    /// The law.
    pub law: String,
}

/// All meters.
#[derive(Debug, Default)]
pub struct Board {
    kinds: Vec<MeterKind>,
    meters: Mutex<BTreeMap<MeterId, Meter>>,
}

impl Board {
    /// A board of these kinds on which nothing was counted.
    pub fn new(kinds: Vec<MeterKind>) -> Self {
        Self { kinds, meters: Mutex::default() }
    }

    /// How far the meters of a recipient and of an app are; those at zero are left out.
    pub fn levels(&self, recipient: &str, app: &str, day: Day) -> Meters {
        let mut meters = self.lock();
        let of_recipient = |kind: &MeterKind| {
            let id = kind.id(recipient, app);
            let others = MeterId { recipient: OTHERS.to_owned(), ..id.clone() };
            let id = if meters.contains_key(&id) { id } else { others };
            let level = meters.get_mut(&id)?.level(day);
            (level > Level::Low).then(|| (kind.name.clone(), level))
        };
        Meters(self.kinds.iter().filter_map(of_recipient).collect())
    }

    /// Counts the people in what is about to leave: the meters that changed. They must be kept before it leaves.
    pub fn count(&self, counted: &Counted<'_>) -> Vec<MeterChange> {
        let mut changed = Vec::new();
        let mut meters = self.lock();
        for kind in self.kinds.iter().filter(|kind| kind.binds(counted)) {
            let mut id = kind.id(counted.recipient.unwrap_or_default(), counted.app);
            if meters.len() >= METERS_MAX && !meters.contains_key(&id) {
                OTHERS.clone_into(&mut id.recipient);
            }
            let meter = meters.entry(id.clone()).or_insert_with(|| Meter::new(kind.window, kind.threshold));
            let before = meter.level(counted.day);
            let fresh = counted.subjects.iter().fold(false, |fresh, subject| {
                // The same person has another bit in each meter, so that no two can be compared.
                let digest = Sha256::new().chain_update(subject).chain_update(id.to_string()).finalize();
                meter.add(counted.day, &digest.into()).is_some() || fresh
            });
            if fresh {
                let level = meter.level(counted.day);
                let reached = (level > before).then_some(level);
                changed.push(MeterChange { id, month: Month::of(counted.day), reached });
            }
        }
        changed
    }

    /// The bits of a meter in a month, for keeping.
    pub fn bits(&self, id: &MeterId, month: Month) -> Option<Vec<u8>> {
        self.lock().get(id)?.bits(month)
    }

    /// Takes in what was kept of a meter, named as it prints. What no kind counts any more is left aside: false.
    ///
    /// # Errors
    /// [`SketchError`] for bits that are none.
    pub fn restore(&self, name: &str, month: Month, bits: &[u8]) -> Result<bool, SketchError> {
        let sketch = Sketch::from_bytes(bits)?;
        let Some((kind, recipient)) = name.split_once('/') else { return Ok(false) };
        let Some(kind) = self.kinds.iter().find(|known| known.name == kind) else { return Ok(false) };
        let id = MeterId { kind: kind.name.clone(), recipient: recipient.to_owned() };
        let mut meters = self.lock();
        meters.entry(id).or_insert_with(|| Meter::new(kind.window, kind.threshold)).join(month, &sketch);
        Ok(true)
    }

    /// All meters on which something was counted in the window that ends on this day.
    pub fn view(&self, day: Day) -> Vec<MeterView> {
        let law = |id: &MeterId| {
            self.kinds
                .iter()
                .find(|kind| kind.name == id.kind)
                .map(|kind| kind.law.clone())
                .unwrap_or_default()
        };
        let mut meters = self.lock();
        let view = |(id, meter): (&MeterId, &mut Meter)| MeterView {
            id: id.clone(),
            count: meter.count(day),
            threshold: meter.threshold(),
            level: meter.level(day),
            law: law(id),
        };
        meters.iter_mut().map(view).filter(|view| view.count > 0).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<MeterId, Meter>> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MeterKind {
    fn id(&self, recipient: &str, app: &str) -> MeterId {
        let recipient = match self.per {
            Per::Recipient => recipient.to_owned(),
            Per::App => format!("{OF_APP}{app}"),
        };
        MeterId { kind: self.name.clone(), recipient }
    }

    fn binds(&self, counted: &Counted<'_>) -> bool {
        let classes = match (self.per, counted.recipient) {
            (Per::App, _) => counted.found,
            (Per::Recipient, Some(_)) => counted.leaving,
            (Per::Recipient, None) => return false,
        };
        counted.regions.is_none_or(|regions| regions.contains(&self.region))
            && self.classes.iter().any(|class| classes.contains(class))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Day = Day(20_786);

    fn board() -> Board {
        let kind = |name: &str, region: &str, class, threshold| MeterKind {
            name: name.to_owned(),
            per: Per::Recipient,
            region: region.to_owned(),
            classes: BTreeSet::from([class]),
            window: Window::TwelveMonths,
            threshold,
            law: "a law".to_owned(),
        };
        Board::new(vec![
            kind("us_health", "US", DataClass::Health, 100),
            kind("us_people", "US", DataClass::Person, 1_000),
            kind("cn_people", "CN", DataClass::Person, 1_000),
        ])
    }

    fn people(from: u32, to: u32) -> Vec<[u8; 32]> {
        (from..to).map(|person| Sha256::digest(person.to_le_bytes()).into()).collect()
    }

    fn count(
        board: &Board,
        recipient: &str,
        class: DataClass,
        region: Option<&str>,
        subjects: &[[u8; 32]],
    ) -> usize {
        let regions = region.map(|region| BTreeSet::from([region.to_owned()]));
        let classes = BTreeSet::from([class]);
        let counted = Counted {
            app: "desk",
            recipient: Some(recipient),
            day: TODAY,
            found: &classes,
            leaving: &classes,
            regions: regions.as_ref(),
            subjects,
        };
        board.count(&counted).len()
    }

    #[test]
    fn a_meter_counts_its_region_and_class_towards_its_recipient_only() {
        let board = board();
        assert_eq!(count(&board, "a", DataClass::Health, Some("US"), &people(0, 60)), 1);
        assert_eq!(count(&board, "a", DataClass::Health, Some("US"), &people(0, 60)), 0, "nobody new");
        assert_eq!(count(&board, "a", DataClass::Health, Some("EU"), &people(60, 90)), 0);
        assert_eq!(
            count(&board, "a", DataClass::Person, None, &people(0, 10)),
            2,
            "undeclared counts everywhere"
        );
        assert_eq!(
            board.levels("a", "desk", TODAY).0,
            BTreeMap::from([("us_health".to_owned(), Level::Half)])
        );
        assert_eq!(board.levels("b", "desk", TODAY), Meters::default());
        // 60 people, and one and a half standard deviations.
        let counts: Vec<(String, u64)> =
            board.view(TODAY).into_iter().map(|view| (view.id.to_string(), view.count)).collect();
        let expected = [("cn_people/a", 10), ("us_health/a", 61), ("us_people/a", 10)];
        assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
    }

    #[test]
    fn what_is_kept_makes_the_same_board_and_a_kind_that_is_gone_is_left_aside() {
        let (first, second) = (board(), board());
        count(&first, "a", DataClass::Health, Some("US"), &people(0, 80));
        let id = MeterId { kind: "us_health".to_owned(), recipient: "a".to_owned() };
        let month = Month::of(TODAY);
        let bits = first.bits(&id, month).expect("counted");
        assert_eq!(second.restore(&id.to_string(), month, &bits), Ok(true));
        assert_eq!(second.view(TODAY), first.view(TODAY));
        assert_eq!(second.restore("us_gone/a", month, &bits), Ok(false));
        assert_eq!(second.restore("us_health/a", month, &bits[1..]), Err(SketchError(bits.len() - 1)));
    }

    #[test]
    fn a_change_says_which_level_it_reached() {
        let board = board();
        let classes = BTreeSet::from([DataClass::Health]);
        let reached = |subjects: &[[u8; 32]]| {
            let counted = Counted {
                app: "desk",
                recipient: Some("a"),
                day: TODAY,
                found: &classes,
                leaving: &classes,
                regions: None,
                subjects,
            };
            board.count(&counted).first().and_then(|change| change.reached)
        };
        assert_eq!(reached(&people(0, 40)), None);
        assert_eq!(reached(&people(40, 60)), Some(Level::Half));
        assert_eq!(reached(&people(60, 70)), None);
        assert_eq!(reached(&people(70, 130)), Some(Level::Full));
    }

    #[test]
    fn a_meter_of_an_app_counts_what_it_works_with_whoever_gets_it_in_whatever_form() {
        let scale = MeterKind {
            name: "eu_special".to_owned(),
            per: Per::App,
            region: "EU".to_owned(),
            classes: BTreeSet::from([DataClass::Health]),
            window: Window::TwelveMonths,
            threshold: 100,
            law: "a law".to_owned(),
        };
        let board = Board::new(vec![scale]);
        let classes = BTreeSet::from([DataClass::Health]);
        for (app, recipient, from) in [("desk", "a", 0), ("desk", "b", 30), ("other", "a", 60)] {
            let subjects = people(from, from + 30);
            let day = TODAY;
            board.count(&Counted {
                app,
                recipient: Some(recipient).filter(|_| app == "desk"),
                day,
                found: &classes,
                leaving: &BTreeSet::new(),
                regions: None,
                subjects: &subjects,
            });
        }
        let level = |app: &str| board.levels("a", app, TODAY).0.get("eu_special").copied();
        assert_eq!((level("desk"), level("other")), (Some(Level::Half), None));
        let apps: Vec<(Option<String>, u64)> = board
            .view(TODAY)
            .iter()
            .map(|view| (view.id.app().map(str::to_owned), view.count / 10))
            .collect();
        assert_eq!(apps, [(Some("desk".to_owned()), 6), (Some("other".to_owned()), 3)]);
    }

    #[test]
    fn recipients_without_end_share_a_meter_that_counts_them_all() {
        let board = board();
        for recipient in 0..2_000 {
            count(
                &board,
                &format!("r{recipient}"),
                DataClass::Health,
                Some("US"),
                &people(recipient, recipient + 1),
            );
        }
        assert!(board.view(TODAY).len() <= METERS_MAX + 3);
        assert_eq!(
            board.levels("r1999", "desk", TODAY).0["us_health"],
            Level::Full,
            "nothing goes uncounted"
        );
    }

    #[test]
    fn two_recipients_have_different_bits_for_one_person() {
        let board = board();
        for recipient in ["a", "b"] {
            count(&board, recipient, DataClass::Health, Some("US"), &people(0, 1));
        }
        let bits = |recipient: &str| {
            board.bits(
                &MeterId { kind: "us_health".to_owned(), recipient: recipient.to_owned() },
                Month::of(TODAY),
            )
        };
        assert!(bits("a").is_some() && bits("a") != bits("b"));
    }
}
