//! Numbers given by Poland, Czechia, Slovakia, Hungary, Romania, Bulgaria and the states between Slovenia and Albania.

use super::Checks;
use super::dates::is_day;
use super::digits::{all_same, digits, exactly, mod_11_10, number, weighted};
use super::europe_parts::{at, begins_yymmdd, compact, in_two_steps, part, value};

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("pl_regon", is_pl_regon),
    ("pl_id_card", is_pl_id_card),
    ("cz_birth_number", is_cz_birth_number),
    ("cz_company", is_cz_company),
    ("hu_tax_id", is_hu_tax_id),
    ("hu_taj", is_hu_taj),
    ("hu_company", is_hu_company),
    ("hu_personal", is_hu_personal),
    ("ro_cnp", is_ro_cnp),
    ("ro_cui", is_ro_cui),
    ("bg_egn", is_bg_egn),
    ("bg_lnch", is_bg_lnch),
    ("bg_eik", is_bg_eik),
    ("mod_11_10", is_mod_11_10),
    ("si_tax", is_si_tax),
    ("jmbg", is_jmbg),
    ("al_nid", is_al_nid),
];

/// A Polish statistical number of nine or fourteen digits: weights modulo 11, ten counts as zero (GUS, regulation on the
/// REGON register of 30 November 2015).
fn is_pl_regon(text: &str) -> bool {
    let digits = digits(text);
    let check = |weights: &[u32]| weighted(&digits, weights) % 11 % 10 == at(&digits, weights.len());
    let short = check(&[8, 9, 2, 3, 4, 5, 6, 7]);
    !all_same(&digits)
        && match digits.len() {
            9 => short,
            14 => short && check(&[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]),
            _ => false,
        }
}

/// A Polish identity card: three letters, a check digit, five digits; weights 7, 3, 1, 9, 7, 3, 1, 7, 3 modulo 10 (Ministry
/// of Digital Affairs, "Algorytm wyznaczania cyfry kontrolnej serii i numeru dowodu osobistego").
fn is_pl_id_card(text: &str) -> bool {
    let value = compact(text);
    let sum: u32 = value.iter().zip([7, 3, 1, 9, 7, 3, 1, 7, 3]).map(|(c, w)| self::value(*c) * w).sum();
    value.len() == 9 && sum.is_multiple_of(10)
}

/// A Czech or Slovak birth number: birth date (50 added to the month of women, 20 where numbers ran out), divisible by 11
/// since 1954 (Act 133/2000 of Czechia; Act 301/1995 of Slovakia).
pub(crate) fn is_cz_birth_number(text: &str) -> bool {
    let digits = digits(text);
    let (year, month) = (part(&digits, 0, 2), part(&digits, 2, 4) % 50);
    let year = if year < 54 && digits.len() == 10 { 2000 + year } else { 1900 + year };
    let checks = match digits.len() {
        9 => year < 1954 && part(&digits, 6, 9) > 0,
        10 => {
            number(&digits).is_multiple_of(11)
                || (part(&digits, 0, 9) % 11 == 10 && at(&digits, 9) == 0 && year < 1986)
        }
        _ => false,
    };
    checks && is_day(year, if month > 20 { month - 20 } else { month }, part(&digits, 4, 6))
}

/// A Czech or Slovak company number: weights 8 to 2 modulo 11 (Czech Statistical Office, "IČO").
pub(crate) fn is_cz_company(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 8
        && !all_same(&digits)
        && (11 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == at(&digits, 7)
}

/// A Hungarian tax identifier of a person: begins with 8, places as weights modulo 11 (Act XX of 1996).
fn is_hu_tax_id(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10
        && at(&digits, 0) == 8
        && weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == at(&digits, 9)
}

/// A Hungarian social security number: weights 3 and 7 modulo 10 (Act XX of 1996, TAJ).
fn is_hu_taj(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 9
        && !all_same(&digits)
        && weighted(&digits, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == at(&digits, 8)
}

/// A Hungarian tax number of a company, with or without its VAT and county code: weights 9, 7, 3, 1 modulo 10 (NAV).
pub(crate) fn is_hu_company(text: &str) -> bool {
    let digits = digits(text);
    let check = (10 - weighted(&digits, &[9, 7, 3, 1, 9, 7, 3]) % 10) % 10 == at(&digits, 7);
    check
        && part(&digits, 0, 8) > 0
        && match digits.len() {
            8 => true,
            11 => matches!(at(&digits, 8), 1..=5) && matches!(part(&digits, 9, 11), 2..=20 | 22..=44 | 51),
            _ => false,
        }
}

/// A Hungarian personal number: sex and century, birth date, count; places as weights modulo 11, in the other order for who
/// was born from 1997 on (Act XX of 1996).
fn is_hu_personal(text: &str) -> bool {
    let Some(digits) = exactly::<11>(text) else { return false };
    let Some(birth) = digits.get(1..) else { return false };
    let up = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
    let down = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    (1..=8).contains(&at(&digits, 0))
        && begins_yymmdd(birth)
        && (up == at(&digits, 10) || down == at(&digits, 10))
}

/// A Romanian personal number: sex and century, birth date, county, weights 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9 modulo 11, ten
/// counts as one (Law 105/1996; Government Decision 1375/2006).
fn is_ro_cnp(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let Some(birth) = digits.get(1..) else { return false };
    let rest = weighted(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    at(&digits, 0) > 0
        && begins_yymmdd(birth)
        && matches!(part(&digits, 7, 9), 1..=48 | 51 | 52 | 70 | 80..=83)
        && (if rest == 10 { 1 } else { rest }) == at(&digits, 12)
}

/// A Romanian company number of up to ten digits: weights 7, 5, 3, 2, 1, 7, 5, 3, 2 from the right, times ten modulo 11
/// (Government Emergency Ordinance 116/2009; ANAF).
pub(crate) fn is_ro_cui(text: &str) -> bool {
    let digits = digits(text);
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u32 = body.iter().rev().zip([2, 3, 5, 7, 1, 2, 3, 5, 7]).map(|(d, w)| d * w).sum();
    (1..10).contains(&body.len()) && at(body, 0) > 0 && sum * 10 % 11 % 10 == *check
}

/// A Bulgarian citizen number: birth date (20 added to the month before 1900, 40 from 2000 on), powers of two modulo 11
/// (GRAO, "ЕГН").
pub(crate) fn is_bg_egn(text: &str) -> bool {
    let Some(digits) = exactly::<10>(text) else { return false };
    let (century, month) = match part(&digits, 2, 4) {
        month @ 41.. => (2000, month - 40),
        month @ 21.. => (1800, month - 20),
        month => (1900, month),
    };
    is_day(century + part(&digits, 0, 2), month, part(&digits, 4, 6))
        && weighted(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == at(&digits, 9)
}

/// A Bulgarian number of a foreigner: weights 21, 19, 17, 13, 11, 9, 7, 3, 1 modulo 10 (Ministry of the Interior, "ЛНЧ").
pub(crate) fn is_bg_lnch(text: &str) -> bool {
    let digits = digits(text);
    digits.len() == 10
        && !all_same(&digits)
        && weighted(&digits, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == at(&digits, 9)
}

/// A Bulgarian company number of nine digits, or of thirteen for its places: in two steps (Registry Agency; National
/// Statistical Institute, BULSTAT).
pub(crate) fn is_bg_eik(text: &str) -> bool {
    let digits = digits(text);
    let short = in_two_steps(&digits, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 10]).unwrap_or(0);
    let places = digits.get(8..).unwrap_or_default();
    let long = in_two_steps(places, &[2, 7, 3, 5], &[4, 9, 5, 7]).unwrap_or(0);
    !all_same(&digits)
        && short == at(&digits, 8)
        && (digits.len() == 9 || (digits.len() == 13 && long == at(&digits, 12)))
}

/// A number with a check digit of ISO 7064 MOD 11,10: OIB of Croatia (Law on the OIB, Official Gazette 60/2008), PIB of
/// Serbia, VAT numbers of Germany.
pub(crate) fn is_mod_11_10(text: &str) -> bool {
    let digits = digits(text);
    let Some((check, body)) = digits.split_last() else { return false };
    !all_same(&digits) && mod_11_10(body) == *check
}

/// A Slovenian tax number: does not begin with zero, weights 8 to 2 modulo 11 (Financial Administration, "Davčna številka").
pub(crate) fn is_si_tax(text: &str) -> bool {
    let digits = digits(text);
    let rest = 11 - weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.len() == 8 && at(&digits, 0) > 0 && rest < 11 && rest % 10 == at(&digits, 7)
}

/// A unique citizen number of Serbia, Bosnia and Herzegovina, Montenegro, North Macedonia, Slovenia (EMŠO) or, before 2009,
/// Croatia: birth date, region, count, weights 7 to 2 twice modulo 11 (Law on the unique citizen number, SFRY 58/1976).
fn is_jmbg(text: &str) -> bool {
    let Some(digits) = exactly::<13>(text) else { return false };
    let year = part(&digits, 4, 7);
    let year = if year < 800 { 2000 + year } else { 1000 + year };
    let rest = 11 - weighted(&digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    year < 2100
        && is_day(year, part(&digits, 2, 4), part(&digits, 0, 2))
        && (if rest > 9 { 0 } else { rest }) == at(&digits, 12)
}

/// An Albanian identity number: letter for the decade, year, month (50 added for women), day, count, letter (Law 8952 on the
/// identity number; General Directorate of Civil Status).
fn is_al_nid(text: &str) -> bool {
    let value = compact(text);
    let [first, middle @ .., last] = value.as_slice() else { return false };
    let digits: Vec<u32> = middle.iter().filter_map(|c| c.to_digit(10)).collect();
    let month = part(&digits, 1, 3) % 50;
    digits.len() == 8
        && middle.len() == 8
        && ('A'..='T').contains(first)
        && last.is_ascii_uppercase()
        && is_day(2000 + u64::from(at(&digits, 0) * 4), month, part(&digits, 3, 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_and_typing_errors_do_not() {
        let cases: &[(crate::check::Test, &str, &str)] = &[
            (is_pl_regon, "192598184", "192598183"),
            (is_pl_regon, "12345678512347", "12345678512348"),
            (is_pl_id_card, "ABA300000", "ABA400000"),
            (is_cz_birth_number, "710319/2745", "711319/2745"),
            (is_cz_birth_number, "736028/5163", "736028/5164"),
            (is_cz_company, "25123891", "25123892"),
            (is_hu_tax_id, "8071592153", "8071592154"),
            (is_hu_taj, "111 111 110", "111 111 111"),
            (is_hu_company, "12892312-2-41", "12892313-2-41"),
            (is_hu_personal, "1-700101-0014", "1-701301-0014"),
            (is_ro_cnp, "1630615123457", "1630615123458"),
            (is_ro_cui, "18547290", "18547291"),
            (is_bg_egn, "7523169263", "7523169264"),
            (is_bg_lnch, "7111042925", "7111042926"),
            (is_bg_eik, "175074752", "175074753"),
            (is_mod_11_10, "33392005961", "33392005962"),
            (is_mod_11_10, "101134702", "101134703"),
            (is_si_tax, "50223054", "50223055"),
            (is_jmbg, "0101006500006", "0113006500006"),
            (is_al_nid, "I05101999I", "I05991999I"),
        ];
        for (check, right, wrong) in cases {
            assert!(check(right), "{right}");
            assert!(!check(wrong), "{wrong}");
        }
    }
}
