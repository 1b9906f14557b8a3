//! Bank accounts: check digits of national account numbers, BIC, expiry of cards.

use super::Checks;
use super::digits::{all_same, digits, exactly, number, weighted};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("mx_clabe", is_clabe),
    ("es_ccc", is_ccc),
    ("fr_rib", is_rib),
    ("pl_nrb", is_nrb),
    ("ar_cbu", is_cbu),
    ("no_account", is_norwegian),
    ("hu_giro", is_hungarian),
    ("it_bban", is_italian),
    ("bic", is_bic),
    ("card_expiry", is_card_expiry),
];

/// Mexican CLABE: 18 digits, weights 3, 7, 1, each product modulo 10 (Banco de México, circular on CLABE, annex).
fn is_clabe(text: &str) -> bool {
    exactly::<18>(text).is_some_and(|d| {
        let sum: u32 = d.iter().take(17).zip([3, 7, 1].iter().cycle()).map(|(d, w)| d * w % 10).sum();
        d.last() == Some(&((10 - sum % 10) % 10)) && !all_same(&d)
    })
}

/// Spanish customer account code: two check digits over bank and branch and over the account (Banco de España, CCC, rules of the
/// Consejo Superior Bancario).
fn is_ccc(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let check = |digits: &[u32], weights: &[u32]| match 11 - weighted(digits, weights) % 11 {
        11 => 0,
        10 => 1,
        other => other,
    };
    exactly::<20>(text).is_some_and(|d| {
        let (bank, rest) = d.split_at(8);
        let (checks, account) = rest.split_at(2);
        let (_, bank_weights) = WEIGHTS.split_at(2);
        checks == [check(bank, bank_weights), check(account, &WEIGHTS)] && !all_same(&d)
    })
}

/// French RIB: bank, branch, account with letters as digits, key so that the whole is a multiple of 97 (Comité français
/// d'organisation et de normalisation bancaires, "Relevé d'identité bancaire").
fn is_rib(text: &str) -> bool {
    let values: Option<Vec<u32>> = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            c @ '0'..='9' => c.to_digit(10),
            c @ 'A'..='I' => Some(u32::from(c) - u32::from('A') + 1),
            c @ 'J'..='R' => Some(u32::from(c) - u32::from('J') + 1),
            c @ 'S'..='Z' => Some(u32::from(c) - u32::from('S') + 2),
            _ => None,
        })
        .collect();
    values.is_some_and(|v| {
        v.len() == 23 && v.iter().fold(0, |rest, digit| (rest * 10 + digit) % 97) == 0 && !all_same(&v)
    })
}

/// Polish account number: the IBAN without its country (Zarządzenie Prezesa NBP on NRB; ISO 13616): 26 digits, modulo 97.
fn is_nrb(text: &str) -> bool {
    exactly::<26>(text).is_some_and(|d| {
        let (check, account) = d.split_at(2);
        // `PL` is 25 21.
        let all = account.iter().chain(&[2, 5, 2, 1]).chain(check);
        all.fold(0, |rest, digit| (rest * 10 + digit) % 97) == 1
    })
}

/// Argentine CBU: 22 digits in two blocks, each with a check digit (Banco Central de la República Argentina, SINAP 1-39).
fn is_cbu(text: &str) -> bool {
    let block = |digits: &[u32], weights: &[u32]| {
        digits.split_last().is_some_and(|(check, body)| *check == (10 - weighted(body, weights) % 10) % 10)
    };
    exactly::<22>(text).is_some_and(|d| {
        let (bank, account) = d.split_at(8);
        block(bank, &[7, 1, 3, 9, 7, 1, 3])
            && block(account, &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3])
            && !all_same(&d)
    })
}

/// Norwegian account number: eleven digits, modulo 11 (Bits, "Kontonummer").
fn is_norwegian(text: &str) -> bool {
    exactly::<11>(text)
        .is_some_and(|d| weighted(&d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) && !all_same(&d))
}

/// Hungarian account number: eight digits of the bank and eight or sixteen of the account, each block with weights 9, 7, 3, 1
/// (Magyar Nemzeti Bank, GIRO).
fn is_hungarian(text: &str) -> bool {
    let holds = |block: &[u32]| {
        let sum: u32 = block.iter().zip([9, 7, 3, 1].iter().cycle()).map(|(d, w)| d * w).sum();
        sum.is_multiple_of(10)
    };
    let all = digits(text);
    matches!(all.len(), 16 | 24)
        && all.split_at_checked(8).is_some_and(|(bank, account)| holds(bank) && holds(account))
        && !all_same(&all)
}

/// Italian account coordinates: the letter CIN over ABI, CAB and account (Associazione bancaria italiana, "Coordinate bancarie").
fn is_italian(text: &str) -> bool {
    const ODD: [u32; 36] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12,
        14, 16, 10, 22, 25, 24, 23,
    ];
    let mut values = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_digit(36));
    let Some(Some(check)) = values.next() else { return false };
    let Some(body) = values.collect::<Option<Vec<u32>>>().filter(|body| body.len() == 22) else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let odd = usize::try_from(*value).ok().and_then(|value| ODD.get(value)).copied().unwrap_or(0);
            if at % 2 == 0 {
                odd
            } else if *value < 10 {
                *value
            } else {
                *value - 10
            }
        })
        .sum();
    check == sum % 26 + 10
}

/// Countries of ISO 3166-1 and Kosovo, as they stand in a BIC.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY \
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE \
    GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY \
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO \
    NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// A business identifier code: four letters, a country, two or five more (ISO 9362:2022).
fn is_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text
            .get(4..6)
            .is_some_and(|country| COUNTRIES.split_ascii_whitespace().any(|known| known == country))
}

/// Month and year of a card that can be in use: cards are issued for at most ten years.
fn is_card_expiry(text: &str) -> bool {
    let parts: Vec<Vec<u32>> =
        text.split(|c: char| !c.is_ascii_digit()).map(digits).filter(|d| !d.is_empty()).collect();
    let (first, last) = match parts.as_slice() {
        [first, last] => (number(first), number(last)),
        [both] if both.len() == 4 => {
            (number(both.get(..2).unwrap_or_default()), number(both.get(2..).unwrap_or_default()))
        }
        _ => return false,
    };
    let (month, year) = if first > 12 { (last, first) } else { (first, last) };
    (1..=12).contains(&month) && ((15..=60).contains(&year) || (2015..=2060).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(test: fn(&str) -> bool, good: &str, bad: &str) {
        assert!(test(good), "{good}");
        assert!(!test(bad), "{bad}");
    }

    /// Values that circulate as examples of each kind, some of them those of the IBAN registry without country and check digits.
    #[test]
    fn check_digits_tell_true_accounts_from_typing_errors() {
        check(is_clabe, "032180000118359719", "032180000118359718");
        check(is_ccc, "2100 0418 45 0200051332", "2100 0418 46 0200051332");
        check(is_rib, "20041 01005 0500013M026 06", "20041 01005 0500013M026 07");
        check(is_nrb, "61 1090 1014 0000 0712 1981 2874", "61 1090 1014 0000 0712 1981 2875");
        check(is_cbu, "2850590940090418135201", "2850590940090418135202");
        check(is_norwegian, "8601.11.17947", "8601.11.17948");
        check(is_hungarian, "11773016-11111018-00000000", "11773016-11111019-00000000");
        check(is_italian, "X 05428 11101 000000123456", "X 05428 11101 000000123457");
        check(is_bic, "DEUTDEFF500", "DEUTXXFF500");
        check(is_card_expiry, "12/27", "13/27");
        check(is_card_expiry, "2027-04", "1999-04");
    }
}
