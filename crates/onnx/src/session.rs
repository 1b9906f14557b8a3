//! The ONNX runtime: its library, opened once per process, and a model in it.
//!
//! The library is opened when a model is loaded, not linked: who has no model needs none. It says nothing on standard error, and
//! its telemetry is switched off.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::{RunOptions, Session};
use ort::value::{Tensor, TensorElementType, ValueType};

use crate::LoadError;
use crate::reading::Scorer;
use crate::stop::Stop;

/// Inputs that can be made: the tokens, which of them are there (all), to which of two texts they belong (the first).
const IDS: &str = "input_ids";
const MASK: &str = "attention_mask";
const TYPES: &str = "token_type_ids";

/// A model, ready to run.
pub(crate) struct Loaded {
    session: Session,
    inputs: Vec<String>,
    output: String,
    // The runtime ends when the last of these does.
    _runtime: Environment,
}

impl Loaded {
    /// Takes in a model whose outputs are `labels` numbers for each token.
    pub(crate) fn of(bytes: &[u8], library: &Path, threads: usize, labels: usize) -> Result<Self, LoadError> {
        let runtime = runtime(library)?;
        let refused = |reason: String| LoadError::Model { reason };
        let session = Session::builder(&runtime)
            .and_then(|builder| Ok(builder.with_intra_threads(threads)?))
            .and_then(|builder| Ok(builder.with_inter_threads(1)?))
            // Threads that wait sleep: they are not the only ones here.
            .and_then(|builder| Ok(builder.with_intra_op_spinning(false)?))
            .and_then(|builder| Ok(builder.with_deterministic_compute(true)?))
            .and_then(|mut builder| builder.commit_from_memory(bytes))
            .map_err(|error| refused(error.to_string()))?;
        let mut inputs = Vec::new();
        for input in session.inputs() {
            let name = input.name();
            if ![IDS, MASK, TYPES].contains(&name) {
                return Err(refused(format!(
                    "it wants the input `{name}`: {IDS}, {MASK} and {TYPES} can be given"
                )));
            }
            if !matches!(input.dtype(), ValueType::Tensor { ty: TensorElementType::Int64, shape, .. } if shape.len() == 2)
            {
                return Err(refused(format!("its input `{name}` is no table of 64-bit integers")));
            }
            inputs.push(name.to_owned());
        }
        if !inputs.iter().any(|name| name == IDS) {
            return Err(refused(format!("it has no input `{IDS}`")));
        }
        let output = match session.outputs() {
            [output] => output,
            outputs => {
                return Err(refused(format!("it has {} outputs: one is needed", outputs.len())));
            }
        };
        let ValueType::Tensor { ty: TensorElementType::Float32, shape, .. } = output.dtype() else {
            return Err(refused("its output holds no 32-bit floating point numbers".to_owned()));
        };
        match shape.last() {
            Some(width) if shape.len() == 3 => {
                if let Ok(outputs) = usize::try_from(*width)
                    && outputs != labels
                {
                    return Err(LoadError::LabelCount { labels, outputs });
                }
            }
            _ => return Err(refused("its output is no row of numbers for each token".to_owned())),
        }
        let output = output.name().to_owned();
        Ok(Self { session, inputs, output, _runtime: runtime })
    }

    /// The outputs for these tokens, and how many there are for each.
    fn run(&mut self, ids: Vec<i64>, stop: &Stop) -> Result<(usize, Vec<f32>), ort::Error> {
        let length = ids.len();
        let mut tensors = Vec::with_capacity(self.inputs.len());
        for name in &self.inputs {
            let numbers = match name.as_str() {
                IDS => ids.clone(),
                MASK => vec![1; length],
                _ => vec![0; length],
            };
            tensors.push((name.as_str(), Tensor::from_array(([1, length], numbers))?));
        }
        let options = Arc::new(RunOptions::new()?);
        let ended = Arc::clone(&options);
        let end = Box::new(move || drop(ended.terminate()));
        let outputs = stop.during(end, || self.session.run_with_options(tensors, &*options))?;
        let Some(output) = outputs.get(self.output.as_str()) else { return Ok((0, Vec::new())) };
        let (shape, numbers) = output.try_extract_tensor::<f32>()?;
        let width = shape.last().map_or(0, |width| usize::try_from(*width).unwrap_or(0));
        Ok((width, numbers.to_vec()))
    }

    /// Runs a model once with so many tokens, all of this number: what it cannot read it refuses here, not in a request. The
    /// reason is that of the runtime; nobody's text is in it.
    pub(crate) fn tried(&mut self, ids: Vec<i64>, labels: usize) -> Result<(), String> {
        let length = ids.len();
        let (outputs, numbers) = self.run(ids, &Stop::default()).map_err(|error| error.to_string())?;
        if outputs != labels || numbers.len() != length * labels {
            return Err(format!(
                "it gives {} outputs for {length} tokens, and there are {labels} labels",
                numbers.len()
            ));
        }
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err("its outputs are no numbers".to_owned());
        }
        Ok(())
    }
}

impl Scorer for Loaded {
    fn outputs(&mut self, ids: Vec<i64>, stop: &Stop) -> Result<Vec<f32>, String> {
        // What the runtime says may name a token of the text.
        let run = self.run(ids, stop).map_err(|_| "the runtime did not run it".to_owned())?;
        Ok(run.1)
    }
}

/// The library of this process: it cannot be changed once it is open.
fn runtime(library: &Path) -> Result<Environment, LoadError> {
    static OPEN: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);
    let refused = |reason: String| LoadError::Library { path: library.to_owned(), reason };
    let library = library.canonicalize().map_err(|error| refused(error.to_string()))?;
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((path, runtime)) = open.as_ref() {
        if *path != library {
            return Err(refused(format!("another one is open, `{}`: restart", path.display())));
        }
        return Ok(runtime.clone());
    }
    let builder = ort::init_from(&library).map_err(|error| refused(error.to_string()))?;
    let runtime = builder
        .with_name("cordon")
        .with_telemetry(false)
        .with_logger(Arc::new(|_, _, _, _, _| {}))
        .build()
        .map_err(|error| refused(error.to_string()))?;
    *open = Some((library, runtime.clone()));
    Ok(runtime)
}
