//! Prompts, chats, code and logs in which values are as dense as in the development data, and of the same kinds.
//!
//! Counted in those data (2026-11-29): 43,050 labelled spans in 4.35 MB, one in 101 bytes. Two thirds are names of people, places
//! and companies; of the others, which patterns look for, one stands in 260 bytes. The numbers below are theirs, by kind. Text and
//! values are made up here, the same ones each time.

use std::fmt::Write as _;

/// Ordinary text and a value share so many bytes; a document holds so many of both together.
const VALUE_BYTES: usize = 260;
const DOCUMENT_VALUES: usize = 6;

/// How often a kind stands in the data, and the lines in which its values stand here: prompts, chats, code, logs.
type Kind = (u32, fn(&mut Dice) -> String, &'static [&'static str]);

const KINDS: &[Kind] = &[
    (
        2966,
        date,
        &[
            "Born on {}, moved in the year after.",
            "dob: {}",
            "\"created\": \"{}\",",
            "The appointment on {} is cancelled.",
            "Meeting moved to {}.",
        ],
    ),
    (
        1541,
        email,
        &[
            "write to {} please",
            "{}: thanks, got it",
            "git config user.email {}",
            "level=info msg=\"mail sent\" to={}",
            "\"email\": \"{}\",",
        ],
    ),
    (1388, street, &["Deliver to {} before noon.", "address: {}", "We live at {} since May."]),
    (1322, phone, &["Call me back at {}.", "phone: {}", "tel = \"{}\"", "sms to {} failed: timeout"]),
    (
        1125,
        secret,
        &[
            "api_key = \"{}\"",
            "export TOKEN={}",
            "Authorization: Bearer {}",
            "the key is {} as far as I know",
        ],
    ),
    (968, us_number, &["SSN {}", "social security number: {}", "ssn={};"]),
    (855, card, &["Charge card {} today.", "card_number: {}", "\"pan\": \"{}\","]),
    (735, code, &["patient id {}", "MRN: {}", "health insurance number {}"]),
    (689, age, &["She is {} years old.", "age: {}"]),
    (660, digits, &["tax id {}", "Steuer-ID: {}", "VAT number {}"]),
    (614, iban, &["Transfer it to {} by Friday.", "iban: {}", "account {} was closed"]),
    (402, user, &["login as {}", "user={} action=login result=ok", "@{} can you look at this?"]),
    (307, code, &["passport no. {}", "passport: {}"]),
    (304, address, &["connection from {} refused", "host = \"{}\"", "{} - - \"GET /index HTTP/1.1\" 200"]),
    (280, code, &["order {} is late", "case number {}"]),
    (252, plate, &["licence plate {}", "the car {} is parked outside"]),
    (187, digits, &["account number {}", "driver licence {}"]),
    (71, link, &["see {} for the rest", "GET {} 200"]),
    (33, mac, &["device {} joined", "mac={}"]),
];

const FIRST: [&str; 12] = [
    "Maren", "Tobias", "Ilse", "Rajesh", "Lucía", "Wei", "Amara", "Pierre", "Hanna", "Diego", "Olga", "Kenji",
];
const LAST: [&str; 12] = [
    "Silvestre",
    "Kowalczyk",
    "Oduya",
    "Lindqvist",
    "Ferrero",
    "Novak",
    "Tanaka",
    "Moreau",
    "Okafor",
    "Berger",
    "Castillo",
    "Hughes",
];
const PLACES: [&str; 8] = ["Lisbon", "Ghent", "Osaka", "Porto Alegre", "Leeds", "Kraków", "Nairobi", "Graz"];
const FIRMS: [&str; 6] =
    ["Tidewick Ltd", "Kestrelmoor GmbH", "Harbour & Sons", "Northgate Foods", "Banque du Lac", "Orrin Labs"];

/// Some megabyte of documents. `ordinary` is the text between the values.
pub(crate) fn documents(ordinary: &str) -> Vec<String> {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let all: u32 = KINDS.iter().map(|(count, ..)| count).sum();
    let mut at = 0;
    (0..600)
        .map(|_| {
            let mut document = String::new();
            for _ in 0..DOCUMENT_VALUES {
                let mut left = dice.below(all);
                let (_, value, lines) = KINDS
                    .iter()
                    .find(|(count, ..)| {
                        let is_it = left < *count;
                        left = left.saturating_sub(*count);
                        is_it
                    })
                    .unwrap();
                let line = dice.one(lines).replace("{}", &value(&mut dice));
                let names = [
                    format!("{} {}", dice.one(&FIRST), dice.one(&LAST)),
                    (*if dice.below(2) == 0 { dice.one(&PLACES) } else { dice.one(&FIRMS) }).to_owned(),
                ];
                writeln!(document, "{line}\n{}: {}", names[0], names[1]).unwrap();
                let rest = VALUE_BYTES.saturating_sub(line.len() + names[0].len() + names[1].len() + 5);
                let from = ordinary.floor_char_boundary(at % (ordinary.len() - VALUE_BYTES));
                let to = ordinary.floor_char_boundary(from + rest);
                at += 211;
                writeln!(document, "{}", &ordinary[from..to]).unwrap();
            }
            document
        })
        .collect()
}

/// Numbers that are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 16) % u64::from(end)).unwrap()
    }

    fn one<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(u32::try_from(list.len()).unwrap()) as usize]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }

    fn random(&mut self, count: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..count).map(|_| char::from(LETTERS[self.below(62) as usize])).collect()
    }
}

fn date(dice: &mut Dice) -> String {
    let (day, month, year) = (1 + dice.below(28), 1 + dice.below(12), 1950 + dice.below(70));
    match dice.below(3) {
        0 => format!("{day:02}.{month:02}.{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        _ => format!("{month:02}/{day:02}/{year}"),
    }
}

fn email(dice: &mut Dice) -> String {
    let (first, last) = (dice.one(&FIRST).to_lowercase(), dice.one(&LAST).to_lowercase());
    format!(
        "{}.{last}{}@{}",
        first.replace('í', "i"),
        dice.below(90),
        dice.one(&["tidewick.org", "kestrelmoor.de", "orrin.io"])
    )
}

fn street(dice: &mut Dice) -> String {
    let number = 1 + dice.below(180);
    match dice.below(3) {
        0 => format!("{number} {} Road, {}", dice.one(&LAST), dice.one(&PLACES)),
        1 => format!("{}straße {number}, {} {}", dice.one(&LAST), dice.digits(5), dice.one(&PLACES)),
        _ => format!("{number} rue {}, {} {}", dice.one(&LAST), dice.digits(5), dice.one(&PLACES)),
    }
}

fn phone(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("+44 20 7946 0{}", dice.digits(3)),
        1 => format!("(212) 555-01{}", dice.digits(2)),
        2 => format!("+49 30 23125 {}", dice.digits(3)),
        _ => format!("06 12 34 {} {}", dice.digits(2), dice.digits(2)),
    }
}

fn secret(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("{}_{}_{}", "sk", "live", dice.random(24)),
        1 => format!("{}{}", "ghp_", dice.random(36)),
        2 => dice.random(40),
        _ => format!("{}{}", "AKIA", dice.random(16).to_uppercase()),
    }
}

fn us_number(dice: &mut Dice) -> String {
    format!("{}-{:02}-{}", 200 + dice.below(400), 1 + dice.below(98), 1000 + dice.below(8999))
}

fn card(dice: &mut Dice) -> String {
    let body = format!("4{}", dice.digits(14));
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(at, digit)| {
            let digit = u32::from(digit - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    let all = format!("{body}{}", (10 - sum % 10) % 10);
    format!("{} {} {} {}", &all[..4], &all[4..8], &all[8..12], &all[12..])
}

fn iban(dice: &mut Dice) -> String {
    let account = dice.digits(18);
    // The country's letters as numbers, `DE00`, behind the account (ISO 13616).
    let rest = format!("{account}131400")
        .bytes()
        .fold(0u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

fn code(dice: &mut Dice) -> String {
    format!("{}{}", dice.random(2).to_uppercase(), dice.digits(7))
}

fn digits(dice: &mut Dice) -> String {
    dice.digits(11)
}

fn age(dice: &mut Dice) -> String {
    (18 + dice.below(70)).to_string()
}

fn user(dice: &mut Dice) -> String {
    format!("{}_{}", dice.one(&LAST).to_lowercase(), dice.below(99))
}

fn address(dice: &mut Dice) -> String {
    format!("{}.{}.{}.{}", 11 + dice.below(180), dice.below(255), dice.below(255), 1 + dice.below(254))
}

fn plate(dice: &mut Dice) -> String {
    format!("B-{} {}", dice.random(2).to_uppercase(), dice.digits(4))
}

fn link(dice: &mut Dice) -> String {
    format!("https://www.tidewick.org/u/{}?id={}", dice.one(&LAST).to_lowercase(), dice.digits(6))
}

fn mac(dice: &mut Dice) -> String {
    (0..6).map(|_| format!("{:02x}", dice.below(256))).collect::<Vec<_>>().join(":")
}
