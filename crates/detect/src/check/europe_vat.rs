//! VAT numbers with the prefix of their state, as VIES and the United Kingdom, Switzerland and Norway know them.
//!
//! Forms: European Commission, VIES, "VAT number structure". Check digits: the authority named at each validator; where a
//! state gives numbers that its rule does not cover, the form decides.

use super::Checks;
use super::digits::{all_same, digits, luhn, weighted};
use super::europe::{is_es_nif, is_pl_nip};
use super::europe_central::is_ch_uid;
use super::europe_east::{
    is_bg_egn, is_bg_eik, is_bg_lnch, is_cz_birth_number, is_cz_company, is_hu_company, is_mod_11_10,
    is_ro_cui, is_si_tax,
};
use super::europe_north::{
    is_dk_cvr, is_fi_business_id, is_lv_person, is_no_organisation, is_se_organisation,
};
use super::europe_parts::{at, compact, cross, in_two_steps, part};
use super::europe_south::{is_cy_tax, is_es_cif, is_gr_afm, is_it_vat, is_pt_nif};
use super::europe_west::{is_be_enterprise, is_ie_pps, is_nl_vat};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("eu_vat", is_vat), ("gb_vat", is_gb_vat)];

/// A VAT number behind the prefix of its state.
fn is_vat(text: &str) -> bool {
    let value = compact(text);
    let Some((prefix, value)) = value.split_at_checked(2) else { return false };
    let body: String = value.iter().collect();
    let body = body.as_str();
    let digits = digits(body);
    // Only these states have letters in their numbers.
    let letters = matches!(
        prefix,
        ['A', 'T'] | ['C', 'H' | 'Y'] | ['E', 'S'] | ['F', 'R'] | ['I', 'E'] | ['N', 'L' | 'O']
    );
    if !letters && digits.len() != value.len() {
        return false;
    }
    match prefix {
        ['A', 'T'] => value.first() == Some(&'U') && value.len() == 9 && is_at(&digits),
        ['B', 'E'] => is_be_enterprise(body),
        ['B', 'G'] => is_bg_eik(body) || is_bg_egn(body) || is_bg_lnch(body),
        ['C', 'H'] => value.first() == Some(&'E') && is_ch_uid(body),
        ['C', 'Y'] => is_cy_tax(body),
        ['C', 'Z'] => is_cz_company(body) || is_cz_birth_number(body),
        ['D', 'E'] => digits.len() == 9 && at(&digits, 0) > 0 && is_mod_11_10(body),
        ['D', 'K'] => is_dk_cvr(body),
        ['E', 'E'] => {
            digits.len() == 9
                && !all_same(&digits)
                && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        }
        ['E', 'L'] | ['G', 'R'] => is_gr_afm(body),
        ['E', 'S'] => is_es_cif(body) || is_es_nif(body) || is_es_special(value),
        ['F', 'I'] => is_fi_business_id(body),
        ['F', 'R'] => is_fr(value),
        ['G', 'B'] | ['X', 'I'] => is_gb_vat(body),
        ['H', 'R'] => digits.len() == 11 && is_mod_11_10(body),
        ['H', 'U'] => digits.len() == 8 && is_hu_company(body),
        ['I', 'E'] => is_ie(value),
        ['I', 'T'] => is_it_vat(body),
        ['L', 'T'] => is_lt(&digits),
        ['L', 'U'] => {
            digits.len() == 8 && part(&digits, 0, 6) > 0 && part(&digits, 0, 6) % 89 == part(&digits, 6, 8)
        }
        ['L', 'V'] => is_lv(&digits) || is_lv_person(body),
        ['M', 'T'] => is_mt(&digits),
        ['N', 'L'] => is_nl_vat(value),
        ['N', 'O'] => body.ends_with("MVA") && value.len() == 12 && is_no_organisation(body),
        ['P', 'L'] => is_pl_nip(body),
        ['P', 'T'] => is_pt_nif(body),
        ['R', 'O'] => digits.len() > 5 && is_ro_cui(body),
        ['S', 'E'] => {
            digits.len() == 12
                && body.ends_with("01")
                && digits.get(..10).is_some_and(|ten| is_se_organisation(&join(ten)))
        }
        ['S', 'I'] => is_si_tax(body),
        ['S', 'K'] => {
            digits.len() == 10
                && matches!(at(&digits, 2), 2..=4 | 7..=9)
                && part(&digits, 0, 10).is_multiple_of(11)
        }
        _ => false,
    }
}

fn join(digits: &[u32]) -> String {
    digits.iter().filter_map(|digit| char::from_digit(*digit, 10)).collect()
}

/// Austria: U and eight digits, every other doubled, 96 minus the sum (Federal Ministry of Finance, "Konstruktionsregeln der
/// UID-Nummern").
fn is_at(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .take(7)
        .enumerate()
        .map(|(place, digit)| if place % 2 == 1 { cross(digit * 2) } else { *digit })
        .sum();
    digits.len() == 8 && !all_same(digits) && (96 - sum) % 10 == at(digits, 7)
}

/// Spain: numbers of minors, residents abroad and foreigners without NIE (K, L, M) have the letter of a NIF.
fn is_es_special(value: &[char]) -> bool {
    matches!(value, ['K' | 'L' | 'M', rest @ ..] if is_es_nif(&format!("0{}", rest.iter().collect::<String>())))
}

/// France: a key of two digits over the company number; keys with letters are told by the form (Code général des impôts,
/// annex 4; BOI-TVA-DECLA-20-30).
fn is_fr(value: &[char]) -> bool {
    let Some((key, siren)) = value.split_at_checked(2) else { return false };
    let siren: Vec<u32> = siren.iter().filter_map(|c| c.to_digit(10)).collect();
    let key: Vec<u32> = key.iter().filter_map(|c| c.to_digit(10)).collect();
    let is_right = key.len() < 2 || (part(&siren, 0, 9) % 97 * 3 + 12) % 97 == part(&key, 0, 2);
    siren.len() == 9 && luhn(&siren) && !all_same(&siren) && is_right
}

/// United Kingdom: weights 8 to 2 and the last two digits add up to a multiple of 97, or, since 2010, 55 short of one (HMRC,
/// VAT Notice 700, "VAT registration numbers").
fn is_gb_vat(text: &str) -> bool {
    let digits = digits(text);
    let sum = u64::from(weighted(&digits, &[8, 7, 6, 5, 4, 3, 2])) + part(&digits, 7, 9);
    matches!(digits.len(), 9 | 12)
        && part(&digits, 0, 7) > 0
        && (sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97))
}

/// Ireland: as the personal number; the older form has a letter or sign at the second place that counts as nothing, its first
/// digit standing last (Revenue Commissioners).
fn is_ie(value: &[char]) -> bool {
    match value {
        [first, second, rest @ .., last] if second.is_ascii_uppercase() && value.len() == 8 => {
            let moved: String = ['0'].iter().chain(rest).chain([first, last]).collect();
            is_ie_pps(&moved)
        }
        _ => is_ie_pps(&value.iter().collect::<String>()),
    }
}

/// Lithuania: nine digits, or twelve for temporary payers, in two steps; a 1 before the check digit (State Tax Inspectorate).
fn is_lt(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let weights = |from: u32| (0u32..11).map(|place| (place + from) % 9 + 1).collect::<Vec<_>>();
    matches!(digits.len(), 9 | 12)
        && body.last() == Some(&1)
        && in_two_steps(body, &weights(0), &weights(2)).unwrap_or(0) == *check
}

/// Latvia: companies begin with 4 to 9 and have weights modulo 11 (State Revenue Service).
fn is_lv(digits: &[u32]) -> bool {
    let sum = weighted(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11;
    digits.len() == 11 && at(digits, 0) > 3 && sum == 3
}

/// Malta: weights 3, 4, 6, 7, 8, 9, then 37 minus the rest modulo 37 (Commissioner for Revenue).
fn is_mt(digits: &[u32]) -> bool {
    let rest = 37 - u64::from(weighted(digits, &[3, 4, 6, 7, 8, 9]) % 37);
    digits.len() == 8 && part(digits, 0, 6) > 99_999 && rest == part(digits, 6, 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_of_every_state_pass_and_typing_errors_do_not() {
        for (right, wrong) in [
            ("ATU13585627", "ATU13585626"),
            ("BE 0428.759.497", "BE 0428.759.496"),
            ("BG175074752", "BG175074753"),
            ("CHE-100.155.212", "CHE-100.155.213"),
            ("CY10259033P", "CY10259033Z"),
            ("CZ25123891", "CZ25123892"),
            ("DE136695976", "DE136695978"),
            ("DK13585628", "DK13585627"),
            ("EE100931558", "EE100594103"),
            ("EL094259216", "EL123456781"),
            ("ESA58818501", "ESA58818502"),
            ("ES54362315K", "ES54362315Z"),
            ("FI20774740", "FI20774741"),
            ("FR40303265045", "FR84323140391"),
            ("FRK7399859412", "FRK7399859413"),
            ("GB 980 7806 84", "GB802311781"),
            ("HR33392005961", "HR33392005962"),
            ("HU12892312", "HU12892313"),
            ("IE6433435F", "IE6433435E"),
            ("IE8Z49289F", "IE8Z49389F"),
            ("IT00743110157", "IT00743110158"),
            ("LT119511515", "LT100001919018"),
            ("LT100001919017", "LT119511516"),
            ("LU15027442", "LU15027443"),
            ("LV40003521600", "LV40003521601"),
            ("MT11679112", "MT11679113"),
            ("NL004495445B01", "NL123456789B90"),
            ("NL123456789B13", "NL004495446B01"),
            ("NO 988077917 MVA", "NO 988077918 MVA"),
            ("PL8567346215", "PL8567346216"),
            ("PT501964843", "PT501964842"),
            ("RO18547290", "RO18547291"),
            ("SE556188840401", "SE556188840501"),
            ("SI50223054", "SI50223055"),
            ("SK2022749619", "SK2022749618"),
            ("XI432525179", "XI432525178"),
        ] {
            assert!(is_vat(right), "{right}");
            assert!(!is_vat(wrong), "{wrong}");
        }
    }
}
