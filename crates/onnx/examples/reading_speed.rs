//! How fast a model reads, and what it takes: `cargo run --release -p cordon-onnx --example reading_speed -- DIRECTORY LIBRARY [THREADS]`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cordon_onnx::{OnnxModel, Settings};
use detect::Model as _;
use types::ByteSpan;

const SENTENCE: &str =
    "Yesterday my colleague Marta Kowalczyk from Seattle signed the lease and wrote to the landlord. ";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let settings = Settings {
        directory: arguments.next().ok_or("name a directory")?.into(),
        library: arguments.next().ok_or("name the library of the ONNX runtime")?.into(),
        entities: Vec::new(),
        time: Duration::from_secs(600),
        threads: arguments.next().map_or(Ok(1), |threads| threads.parse())?,
        queue_max: 1,
        memory_bytes_max: 8 << 30,
    };
    let begun = Instant::now();
    let model = OnnxModel::load(&settings, Arc::new(|wait: &mut dyn FnMut()| wait()))?;
    println!("loaded in {:?}, {:?} bytes of memory", begun.elapsed(), model.about().memory_bytes);
    for length in [60, 1_000, 10_000, 40_000] {
        let text: String = SENTENCE.chars().cycle().take(length).collect();
        let runs = u32::try_from(100_000 / length)?.clamp(1, 20);
        let begun = Instant::now();
        for _ in 0..runs {
            model.spans(&text, &[ByteSpan::new(0, text.len())])?;
        }
        let each = begun.elapsed() / runs;
        println!("{length} characters: {each:?}, {:.0} characters/s", length as f64 / each.as_secs_f64());
    }
    Ok(())
}
