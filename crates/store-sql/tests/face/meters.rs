//! Meters: what is kept comes back, newer bits take the place of older ones, and there is an end to them.

use store::{MeterMonth, MeterStore, StoreError};

use crate::world::World;

fn month(meter: &str, month: i32, bit: u8) -> MeterMonth {
    MeterMonth { meter: meter.to_owned(), month, bits: vec![bit; 16 << 10] }
}

#[tokio::test]
async fn meters_come_back_after_a_restart_with_their_last_bits() {
    let world = World::new();
    let store = world.open();
    store.keep_meters(vec![month("us_health/a", 24_311, 1), month("us_health/b", 24_311, 2)]).await.unwrap();
    store.keep_meters(vec![month("us_health/a", 24_311, 3), month("us_health/a", 24_312, 4)]).await.unwrap();
    drop(store);
    let expected =
        [month("us_health/a", 24_311, 3), month("us_health/a", 24_312, 4), month("us_health/b", 24_311, 2)];
    let store = world.open();
    assert_eq!(store.meters().await.unwrap(), expected);
    for number in 0..40 {
        store.keep_meters(vec![month("us_health/b", number, 5)]).await.unwrap();
    }
    let kept = store.meters().await.unwrap();
    let months: Vec<i32> =
        kept.iter().filter(|kept| kept.meter.ends_with('b')).map(|kept| kept.month).collect();
    assert_eq!(months, (16..40).chain([24_311]).collect::<Vec<_>>(), "the newest 25");
}

#[tokio::test]
async fn bits_too_many_are_refused_and_nothing_of_that_change_is_kept() {
    let world = World::new();
    let store = world.open();
    let long = MeterMonth { bits: vec![0; (16 << 10) + 1], ..month("b", 1, 0) };
    let refused = store.keep_meters(vec![month("a", 1, 1), long]).await;
    assert!(matches!(refused, Err(StoreError::TooLong { what: "meter", .. })), "{refused:?}");
    let many =
        (0..4_097).map(|nth| MeterMonth { bits: vec![1], ..month(&format!("m{nth}"), 1, 0) }).collect();
    let refused = store.keep_meters(many).await;
    assert!(matches!(refused, Err(StoreError::TooLong { what: "table of meters", .. })), "{refused:?}");
    assert_eq!(store.meters().await.unwrap(), []);
}
